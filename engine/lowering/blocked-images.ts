import type { GraphBuilder } from '../tracing/graph.ts';
import { physical, rowValue, type Value } from '../tracing/value.ts';

/** Images as an operator on blocked images takes them: a name, and the four sizes it is to be seen with. */
export interface Operand {
  readonly name: string;
  readonly sizes: readonly number[];
}

/** Whether a convolution can read so many channels: whole blocks, or fewer than one, which lie channels first. */
export function readable(graph: GraphBuilder, channels: number): boolean {
  return graph.block > 1 && (channels < graph.block || graph.blocks(channels));
}

/** What a convolution reads. */
export function operandOf(graph: GraphBuilder, x: Value): Operand {
  const layout = graph.blocks(x.shape[3] as number) ? 'blocked' : 'channelsFirst';
  return {
    name: graph.expanded(graph.withLayout(x, layout)).name,
    sizes: physical(x.shape, 'channelsFirst', 1),
  };
}

interface Convolution {
  readonly image: Operand;
  /** Blocked, with as many output channels as fill whole blocks. */
  readonly filter: string;
  readonly attributes: Readonly<Record<string, readonly number[] | number>>;
  /** N, H, W, C. */
  readonly shape: readonly number[];
  readonly multiplyAdds: number;
}

/** Appends a convolution. Its result is blocked where its channels are whole blocks, else it lies in rows. */
export function convolveBlocked(graph: GraphBuilder, conv: Convolution): Value {
  const { image, filter, shape } = conv;
  const [count, height, width, channels] = shape as readonly [number, number, number, number];
  const attributes = { group: 1, ...conv.attributes };
  const { multiplyAdds } = conv;
  if (graph.blocks(channels)) {
    const memory = physical(shape, 'blocked', graph.block);
    const view = { inputs: [image.sizes, undefined], output: [count, channels, height, width], memory };
    const name = graph.blockedNode('Conv', [image.name, filter], attributes, view, { multiplyAdds });
    return { ...rowValue(name, 'float32', shape), layout: 'blocked' };
  }
  const whole = [count, roundUp(channels, graph.block), height, width];
  const raw = graph.blockedNode(
    'Conv',
    [image.name, filter],
    attributes,
    { inputs: [image.sizes, undefined], output: whole },
    { multiplyAdds },
  );
  const name = graph.blockedNode(
    'ReorderOutput',
    [raw],
    { channels, channels_last: 1 },
    { inputs: [undefined], output: shape },
  );
  return rowValue(name, 'float32', shape);
}

export const roundUp = (size: number, block: number): number => Math.ceil(size / block) * block;

/** A filter [height, width, in, out] in the order that convolutions of blocked images read, filled up to whole blocks. */
export function blockFilter(graph: GraphBuilder, filter: string, sizes: readonly number[]): string {
  const { block } = graph;
  const [height, width, input, output] = sizes as readonly [number, number, number, number];
  const whole = roundUp(output, block);
  const filled =
    whole === output ? filter : graph.node('Pad', [filter, graph.integers(0, 0, 0, 0, 0, 0, 0, whole - output)]);
  const [split, perm] = graph.blocks(input)
    ? [
        [height, width, input / block, block, whole / block, block],
        [4, 2, 0, 1, 3, 5],
      ]
    : [
        [height, width, input, whole / block, block],
        [3, 2, 0, 1, 4],
      ];
  const moved = graph.node('Transpose', [graph.reshaped(filled, split)], { perm });
  return graph.reshaped(moved, [whole, input, height, width]);
}
