import type { GraphBuilder } from '../tracing/graph.ts';
import { type Layout, memoryAxes, type Value } from '../tracing/value.ts';
import { type Lowering, lowering } from './types.ts';

/** Before the first element of any axis: where a slice that runs backwards ends. */
export const BEFORE_ALL = -(2 ** 31);

/** Repeats along axes. An axis of size one is only marked as broadcast; nothing is copied. */
function tile(graph: GraphBuilder, x: Value, reps: readonly number[]): Value {
  const shape = x.shape.map((size, axis) => size * (reps[axis] as number));
  const copies = x.shape.every((size, axis) => size === 1 || reps[axis] === 1);
  if (copies) return { ...x, shape };
  const source = graph.row(x);
  const name = graph.node('Tile', [source.name, graph.integers(...reps)]);
  return { name, type: x.type, shape, stored: shape, layout: 'row' };
}

function slice(graph: GraphBuilder, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const shape = x.shape.map((extent, axis) => {
    const wanted = size[axis] as number;
    return wanted === -1 ? extent - (begin[axis] as number) : wanted;
  });
  if (x.uniform !== undefined) return graph.uniform(x.uniform, shape, x.type);
  const axes = shape.flatMap((extent, axis) => (extent === x.shape[axis] ? [] : [axis]));
  if (axes.length === 0) return x;
  const source = graph.expanded(x.layout === 'blocked' && axes.includes(3) ? graph.withLayout(x, 'row') : x);
  const name = graph.node('Slice', [
    source.name,
    graph.integers(...axes.map((axis) => begin[axis] as number)),
    graph.integers(...axes.map((axis) => (begin[axis] as number) + (shape[axis] as number))),
    graph.integers(...axes.map((axis) => memoryAxes(axis, source.layout)[0] as number)),
  ]);
  return { name, type: x.type, shape, stored: shape, layout: source.layout };
}

function pad(graph: GraphBuilder, x: Value, paddings: readonly (readonly [number, number])[], value: number): Value {
  const shape = x.shape.map(
    (size, axis) => size + (paddings[axis] as [number, number])[0] + (paddings[axis] as [number, number])[1],
  );
  const source = graph.row(x);
  const amounts = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  const name = graph.node('Pad', [source.name, graph.integers(...amounts), graph.scalar(value, x.type)]);
  return { name, type: x.type, shape, stored: shape, layout: 'row' };
}

function transpose(graph: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => x.shape[axis] as number);
  if (x.uniform !== undefined) return graph.uniform(x.uniform, shape, x.type);
  const source = graph.withLayout(x, 'row');
  const stored = perm.map((axis) => source.stored[axis] as number);
  return {
    name: graph.node('Transpose', [source.name], { perm: [...perm] }),
    type: x.type,
    shape,
    stored,
    layout: 'row',
  };
}

/** Values without elements, joined. */
function emptyJoin(graph: GraphBuilder, values: readonly Value[], axis: number): Value {
  const [first] = values as readonly [Value];
  const at = axis < 0 ? axis + first.shape.length : axis;
  const total = values.reduce((sum, value) => sum + (value.shape[at] as number), 0);
  return graph.uniform(
    0,
    first.shape.map((size, i) => (i === at ? total : size)),
    first.type,
  );
}

function concat(graph: GraphBuilder, values: readonly Value[], axis: number): Value {
  const present = values.filter((value) => !value.shape.includes(0));
  const [first] = present;
  if (first === undefined) return emptyJoin(graph, values, axis);
  if (present.length === 1) return first;
  const at = axis < 0 ? axis + first.shape.length : axis;
  const layout = commonLayout(graph, present);
  const sources = present.map((value) => graph.expanded(graph.withLayout(value, layout)));
  const total = sources.reduce((sum, value) => sum + (value.shape[at] as number), 0);
  const shape = first.shape.map((size, i) => (i === at ? total : size));
  const name = graph.node(
    'Concat',
    sources.map((value) => value.name),
    { axis: memoryAxes(at, layout)[0] as number },
  );
  return { name, type: first.type, shape, stored: shape, layout };
}

/** The layout that all values have, where they can be joined in it: blocked images that are spelt out fill blocks. */
function commonLayout(graph: GraphBuilder, values: readonly Value[]): Layout {
  const [first] = values as [Value];
  if (values.some((value) => value.layout !== first.layout)) return 'row';
  const whole = first.layout !== 'blocked' || values.every((value) => graph.blocks(value.shape[3] as number));
  return whole ? first.layout : 'row';
}

/** TF.js takes one number, or fewer than there are axes: the other axes begin at 0 and are kept whole. */
function forAllAxes(given: number | readonly number[] | undefined, x: Value, rest: number): number[] {
  const list = given === undefined ? [] : typeof given === 'number' ? [given] : given;
  return x.shape.map((_, axis) => list[axis] ?? rest);
}

/** Consecutive parts along an axis. */
function split(graph: GraphBuilder, x: Value, axis: number, sizes: readonly number[]): Value[] {
  let from = 0;
  return sizes.map((extent) => {
    const begin = x.shape.map((_, i) => (i === axis ? from : 0));
    const size = x.shape.map((full, i) => (i === axis ? extent : full));
    from += extent;
    return slice(graph, x, begin, size);
  });
}

/** The sizes that TF.js's `split` asks for: a number of equal parts, or a list in which one may be -1. */
function splitSizes(total: number, wanted: number | readonly number[]): number[] {
  if (typeof wanted === 'number') return Array<number>(wanted).fill(total / wanted);
  const known = wanted.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return wanted.map((size) => (size === -1 ? total - known : size));
}

/** Operations that move, repeat or leave out elements and compute nothing. */
export const shape: readonly Lowering[] = [
  lowering<'x'>('Identity', (_, { values: { x } }) => x),
  lowering<'x', { shape: number[] }>('Reshape', (graph, { values: { x }, attrs }) => {
    const known = attrs.shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
    const total = x.shape.reduce((product, size) => product * size, 1);
    return graph.reshape(
      x,
      attrs.shape.map((size) => (size === -1 ? total / known : size)),
    );
  }),
  lowering<'input', { dim: number }>('ExpandDims', (graph, { values: { input }, attrs }) => {
    const at = attrs.dim < 0 ? input.shape.length + 1 + attrs.dim : attrs.dim;
    return graph.reshape(input, [...input.shape.slice(0, at), 1, ...input.shape.slice(at)]);
  }),
  lowering<'x', { reps: number[] }>('Tile', (graph, { values: { x }, attrs }) => tile(graph, x, attrs.reps)),
  lowering<'x', { begin: number | number[]; size?: number | number[] }>('Slice', (graph, { values: { x }, attrs }) =>
    slice(graph, x, forAllAxes(attrs.begin, x, 0), forAllAxes(attrs.size, x, -1)),
  ),
  lowering<'x', { paddings: [number, number][]; constantValue: number }>('PadV2', (graph, { values: { x }, attrs }) =>
    pad(graph, x, attrs.paddings, attrs.constantValue),
  ),
  lowering<'x', { perm: number[] }>('Transpose', (graph, { values: { x }, attrs }) => transpose(graph, x, attrs.perm)),
  lowering<string, { axis: number }>('Concat', (graph, { list, attrs }) => concat(graph, list, attrs.axis)),
  lowering<string, { axis: number }>('Pack', (graph, { list, attrs }) => {
    const rows = list.map((value) => {
      const at = attrs.axis < 0 ? value.shape.length + 1 + attrs.axis : attrs.axis;
      return graph.reshape(value, [...value.shape.slice(0, at), 1, ...value.shape.slice(at)]);
    });
    return concat(graph, rows, attrs.axis);
  }),
  lowering<'value', { axis: number }>('Unpack', (graph, { values: { value }, attrs }) => {
    const axis = attrs.axis < 0 ? attrs.axis + value.shape.length : attrs.axis;
    const rest = value.shape.filter((_, i) => i !== axis);
    const ones = Array<number>(value.shape[axis] as number).fill(1);
    return split(graph, value, axis, ones).map((part) => graph.reshape(part, rest));
  }),
  lowering<'x', { axis: number; numOrSizeSplits: number | number[] }>('SplitV', (graph, { values: { x }, attrs }) => {
    const axis = attrs.axis < 0 ? attrs.axis + x.shape.length : attrs.axis;
    return split(graph, x, axis, splitSizes(x.shape[axis] as number, attrs.numOrSizeSplits));
  }),
];
