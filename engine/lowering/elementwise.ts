import type { GraphBuilder } from '../tracing/graph.ts';
import { broadcastShapes, type Layout, padRank, type Value, type ValueType } from '../tracing/value.ts';

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

/** The layout in which operands of an element-wise operation meet: channels first as soon as one of them is. */
function commonLayout(values: readonly Value[]): Layout {
  const rank = Math.max(...values.map((value) => value.shape.length));
  return rank === 4 && values.some((value) => value.layout === 'channelsFirst') ? 'channelsFirst' : 'row';
}

/** Applies an operator with NumPy broadcasting, on stored sizes: what is broadcast stays so. */
export function zipElements(graph: GraphBuilder, op: string, values: readonly Value[], type?: ValueType): Value {
  const layout = commonLayout(values);
  const operands = values.map((value) => graph.withLayout(value, layout));
  const shape = values.map((value) => value.shape).reduce(broadcastShapes);
  const stored = operands.map((value) => value.stored).reduce(broadcastShapes);
  const name = graph.node(
    op,
    operands.map((value) => graph.name(value)),
  );
  return { name, type: type ?? (values[0] as Value).type, shape, stored: padRank(stored, shape.length), layout };
}

/** The same elements under a shape that they broadcast to. */
export function broadcastView(value: Value, shape: readonly number[]): Value {
  if (value.layout === 'channelsFirst') return { ...value, shape };
  return { ...value, shape, stored: padRank(value.stored, shape.length) };
}
