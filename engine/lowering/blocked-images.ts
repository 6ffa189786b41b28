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
  if (!graph.blocks(input)) {
    const split = graph.reshaped(filled, [height, width, input, whole / block, block]);
    return graph.reshaped(graph.node('Transpose', [split], { perm: [3, 2, 0, 1, 4] }), [whole, input, height, width]);
  }
  if (graph.isFixed(filled)) {
    // ONNX Runtime transposes constants when it opens the program; its reorderings it would do in each run.
    const split = graph.reshaped(filled, [height, width, input / block, block, whole / block, block]);
    return graph.reshaped(graph.node('Transpose', [split], { perm: [4, 2, 0, 1, 3, 5] }), [
      whole,
      input,
      height,
      width,
    ]);
  }
  // First output channels in blocks before everything else, as if the filter were an image; then whole b x b squares move.
  const rows = height * width * input;
  const view = { inputs: [undefined], output: [1, whole, rows, 1] };
  const image = graph.reshaped(filled, [1, rows, 1, whole]);
  const outputs = graph.blockedNode('ReorderInput', [image], { channels_last: 1 }, view);
  return squares(
    graph,
    outputs,
    [whole / block, height * width, input / block],
    [0, 2, 1, 3],
    [whole, input, height, width],
  );
}

/**
 * A filter [height, width, in, out] for the way back, from `out` channels to `in`, in whole blocks of both. Places stay in
 * front, [height width, in / b, out / b, b b], so that they can be chosen and turned before `placesLast` orders them.
 */
export function blockFilterBack(graph: GraphBuilder, filter: string, sizes: readonly number[]): string {
  const { block } = graph;
  const [height, width, input, output] = sizes as readonly [number, number, number, number];
  const places = height * width;
  const inSquares = [height, width, input / block, output / block, block * block];
  if (graph.isFixed(filter)) {
    const split = graph.reshaped(filter, [places, input / block, block, output / block, block]);
    return graph.reshaped(graph.node('Transpose', [split], { perm: [0, 1, 3, 4, 2] }), inSquares);
  }
  const view = { inputs: [undefined], output: [places, input, 1, output] };
  const swapped = graph.blockedNode('ReorderInput', [graph.reshaped(filter, [places, input, 1, output])], {}, view);
  return graph.reshaped(swapped, inSquares);
}

/** The places of a filter from `blockFilterBack` behind its channels. */
export function placesLast(graph: GraphBuilder, filter: string, sizes: readonly number[]): string {
  const { block } = graph;
  const [height, width, input, output] = sizes as readonly [number, number, number, number];
  return squares(
    graph,
    filter,
    [height * width, input / block, output / block],
    [1, 2, 0, 3],
    [input, output, height, width],
  );
}

/** Moves squares of b x b numbers: three axes of them, in another order. */
function squares(
  graph: GraphBuilder,
  filter: string,
  axes: readonly [number, number, number],
  perm: readonly number[],
  result: readonly number[],
): string {
  const split = graph.reshaped(filter, [...axes, graph.block * graph.block]);
  return graph.reshaped(graph.node('Transpose', [split], { perm }), result);
}

/**
 * Images whose rows and columns come from parts[row][column] in turn. Parts lie N, C, H, W or blocked, all with the same `sizes`.
 */
export function interleaved(
  graph: GraphBuilder,
  parts: readonly (readonly string[])[],
  sizes: readonly number[],
): string {
  const [count, channels, height, width, ...block] = sizes as [number, number, number, number, ...number[]];
  const wide = width * (parts[0]?.length ?? 0);
  const bands = parts.map((row) => {
    const columns = row.map((part) => graph.reshaped(part, [count, channels, height, width, 1, ...block]));
    return graph.node('Concat', columns, { axis: 4 });
  });
  const rows = bands.map((band) => graph.reshaped(band, [count, channels, height, 1, wide, ...block]));
  const joined = graph.node('Concat', rows, { axis: 3 });
  return graph.reshaped(joined, [count, channels, height * parts.length, wide, ...block]);
}
