import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { broadcastShapes, type Layout, padRank, sameSizes, type Value, type ValueType } from '../tracing/value.ts';
import { scaleChannels, shiftChannels } from './channels.ts';

/** Applies a one-input ONNX operator to what is stored, whatever the layout. */
export function mapElements(
  graph: GraphBuilder,
  op: string,
  x: Value,
  attributes = {},
  type: ValueType = x.type,
): Value {
  const name = graph.node(op, [graph.name(x)], attributes);
  return { name, type, shape: x.shape, stored: x.stored, layout: x.layout };
}

/** The layout in which operands of an element-wise operation meet: that of images as soon as one of them is one. */
function commonLayout(graph: GraphBuilder, values: readonly Value[]): Layout {
  const rank = Math.max(...values.map((value) => value.shape.length));
  const layouts = new Set(values.map((value) => value.layout));
  if (rank !== 4 || (layouts.size === 1 && layouts.has('row'))) return 'row';
  if (!layouts.has('blocked')) return 'channelsFirst';
  const channels = values.map((value) => padRank(value.stored, 4)[3] as number);
  if (channels.every((count) => count === 1 || graph.blocks(count))) return 'blocked';
  return layouts.has('channelsFirst') ? 'channelsFirst' : 'row';
}

/** What sums and products of whole blocked images are marked with, for those who can make more of them. */
const IMAGE_ROLES: Readonly<Record<string, 'sum of images' | 'product of images'>> = {
  Add: 'sum of images',
  Mul: 'product of images',
};

/** Applies an operator with NumPy broadcasting, on stored sizes: what is broadcast stays so. */
export function zipElements(graph: GraphBuilder, op: string, values: readonly Value[], type?: ValueType): Value {
  const layout = commonLayout(graph, values);
  const operands = widened(
    graph,
    values.map((value) => graph.withLayout(value, layout)),
    layout,
  );
  const shape = values.map((value) => value.shape).reduce(broadcastShapes);
  const stored = padRank(operands.map((value) => value.stored).reduce(broadcastShapes), shape.length);
  const result = { type: type ?? (values[0] as Value).type, shape, stored, layout };
  if (layout === 'blocked' && result.type === 'float32') {
    const name = alongChannels(graph, op, operands, stored);
    if (name !== undefined) return { ...result, name };
  }
  const whole = layout === 'blocked' && operands.every((value) => sameSizes(value.stored, stored));
  const role = whole ? IMAGE_ROLES[op] : undefined;
  const name = graph.node(
    op,
    operands.map((value) => graph.name(value)),
    {},
    role === undefined ? {} : { role },
  );
  return { ...result, name };
}

/** Numbers per channel of pictures that lie in rows, spelt out for one row of pixels: ONNX broadcasts long stretches faster. */
function widened(graph: GraphBuilder, operands: readonly Value[], layout: Layout): readonly Value[] {
  const largest = operands.reduce((a, b) => (sizeOf(b.stored) > sizeOf(a.stored) ? b : a));
  const [, height = 1, width = 1, channels = 1] = largest.stored;
  if (layout !== 'row' || largest.stored.length !== 4 || channels > 4 || height * width < 64) return operands;
  return operands.map((value) => {
    if (value.uniform !== undefined || sizeOf(value.stored) !== channels || value.stored.at(-1) !== channels)
      return value;
    const stored = [1, 1, width, channels];
    const name = graph.node('Expand', [graph.reshaped(value.name, [1, channels]), graph.integers(width, channels)]);
    return { ...value, name: graph.reshaped(name, stored), stored };
  });
}

/** Sums, differences, products and quotients of blocked images with one number per channel, which ONNX would broadcast slowly. */
function alongChannels(
  graph: GraphBuilder,
  op: string,
  operands: readonly Value[],
  stored: readonly number[],
): string | undefined {
  const [a, b] = operands as readonly [Value, Value];
  if (operands.length !== 2) return undefined;
  const whole = (value: Value): boolean => sameSizes(value.stored, stored) && value.uniform === undefined;
  const [image, channels, swapped] = whole(a) ? [a, b, false] : [b, a, true];
  if (!whole(image) || !isPerChannel(channels, stored)) return undefined;
  if (op === 'Mul') return scaleChannels(graph, image, channels);
  if (op === 'Add') return shiftChannels(graph, image, channels);
  if (swapped) return undefined;
  if (op === 'Sub') return shiftChannels(graph, image, mapElements(graph, 'Neg', channels));
  if (op === 'Div') return scaleChannels(graph, image, mapElements(graph, 'Reciprocal', channels));
  return undefined;
}

/** One number per channel, for all images or for each, where the images have extent in space. */
function isPerChannel(value: Value, stored: readonly number[]): boolean {
  const [count, height, width, channels] = stored as readonly [number, number, number, number];
  if (value.uniform !== undefined || height * width === 1 || value.stored.length !== 4) return false;
  const [images, tall, wide, own] = value.stored;
  return own === channels && tall === 1 && wide === 1 && (images === 1 || images === count) && channels > 1;
}

/** The same elements under a shape that they broadcast to. */
export function broadcastView(graph: GraphBuilder, value: Value, shape: readonly number[]): Value {
  if (value.uniform !== undefined) return graph.uniform(value.uniform, shape, value.type);
  const rank = shape.length;
  const full = value.shape.length === rank ? value : graph.reshape(value, padRank(value.shape, rank));
  return { ...full, shape };
}
