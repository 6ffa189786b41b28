import type { GraphBuilder } from '../tracing/graph.ts';
import { memoryAxes, physical, type Value } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { productOverSpace } from './channels.ts';
import { zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

/** What a reduction makes of an axis along which all elements are equal. */
type OnEqual = 'same' | 'times count';

interface ReductionAttrs {
  readonly axis?: number | number[] | null;
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[] | null;
  readonly keepDims: boolean;
}

/** The axes of a reduction as positions from the front, in order; none given means all. */
export function normaliseAxes(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  const all = Array.from({ length: rank }, (_, i) => i);
  if (axis === null || axis === undefined) return all;
  const given = (typeof axis === 'number' ? [axis] : axis).map((a) => (a < 0 ? a + rank : a));
  return all.filter((a) => given.includes(a));
}

function reduce(graph: GraphBuilder, op: string, x: Value, attrs: ReductionAttrs, onEqual: OnEqual): Value {
  const axes = normaliseAxes(attrs.axis ?? attrs.reductionIndices, x.shape.length);
  const drop = (sizes: readonly number[]): number[] =>
    attrs.keepDims
      ? sizes.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : sizes.filter((_, axis) => !axes.includes(axis));
  const shape = drop(x.shape);
  const spelt = axes.filter((axis) => x.stored[axis] !== 1);
  const equal = axes.reduce((count, axis) => count * (spelt.includes(axis) ? 1 : (x.shape[axis] as number)), 1);
  const factor = onEqual === 'times count' ? equal : 1;
  if (x.uniform !== undefined) return graph.uniform(Math.fround(x.uniform * factor), shape, x.type);
  if (axes.length === 0) return x;
  const sums = overSpace(graph, op, x, axes) ?? reduceStored(graph, op, x, axes);
  const reduced = attrs.keepDims ? sums : dropAxes(graph, sums, axes);
  const result: Value = { ...reduced, shape };
  return factor === 1 ? result : zipElements(graph, 'Mul', [result, graph.uniform(factor, [], x.type)]);
}

/** Sum or mean over the extent of blocked images in space, by the operator that is made for it. */
function overSpace(graph: GraphBuilder, op: string, x: Value, axes: readonly number[]): Value | undefined {
  const [count, height, width, channels] = x.stored as readonly [number, number, number, number];
  const whole = x.layout === 'blocked' && x.type === 'float32' && graph.blocks(channels) && height * width > 1;
  if (!whole || `${axes}` !== '1,2' || (op !== 'ReduceSum' && op !== 'ReduceMean')) return undefined;
  const shape = [x.shape[0] as number, 1, 1, x.shape[3] as number];
  const stored = [count, 1, 1, channels];
  const area = height * width;
  const product = graph.makerOf(x.name);
  if (product?.role === 'product of images') {
    const name = productOverSpace(graph, product.inputs, x.stored);
    const sum: Value = { ...x, name, shape, stored };
    return op === 'ReduceSum' ? sum : zipElements(graph, 'Mul', [sum, graph.uniform(1 / area, [])]);
  }
  const memory = physical(stored, 'blocked', graph.block);
  const view = { inputs: [[count, channels, height, width]], output: [count, channels, 1, 1], memory };
  const mean: Value = { ...x, name: graph.blockedNode('GlobalAveragePool', [x.name], {}, view), shape, stored };
  return op === 'ReduceMean' ? mean : zipElements(graph, 'Mul', [mean, graph.uniform(area, [])]);
}

/** Reduces what is stored; the reduced axes stay, with size one. */
function reduceStored(graph: GraphBuilder, op: string, x: Value, axes: readonly number[]): Value {
  const places = axes.flatMap((axis) => memoryAxes(axis, x.layout)).sort((a, b) => a - b);
  const one = (sizes: readonly number[]): number[] => sizes.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const name = graph.node(op, [x.name, graph.integers(...places)], { keepdims: 1 });
  return { ...x, name, shape: one(x.shape), stored: one(x.stored) };
}

/** Leaves out axes of size one. */
function dropAxes(graph: GraphBuilder, x: Value, axes: readonly number[]): Value {
  const source = graph.withLayout(x, 'row');
  const drop = (sizes: readonly number[]): number[] => sizes.filter((_, axis) => !axes.includes(axis));
  return {
    ...source,
    name: graph.reshaped(source.name, drop(source.stored)),
    shape: drop(x.shape),
    stored: drop(source.stored),
  };
}

interface Reduction {
  readonly kernel: string;
  readonly op: string;
  /** What is left where the axes have no elements. */
  readonly ofNothing: number;
  readonly onEqual?: OnEqual;
  readonly prepare?: (graph: GraphBuilder, x: Value) => Value;
}

function reduction({ kernel, op, ofNothing, onEqual = 'same', prepare = (_, x) => x }: Reduction): Lowering {
  return lowering<'x', ReductionAttrs>(kernel, (graph, { values: { x }, attrs }) => {
    const source = prepare(graph, x);
    if (!x.shape.includes(0)) return reduce(graph, op, source, attrs, onEqual);
    return reduce(graph, op, graph.uniform(ofNothing, x.shape, source.type), attrs, 'same');
  });
}

const list: readonly Reduction[] = [
  { kernel: 'Sum', op: 'ReduceSum', ofNothing: 0, onEqual: 'times count' },
  // The mean of integers is no integer.
  { kernel: 'Mean', op: 'ReduceMean', ofNothing: 0, prepare: (graph, x) => cast(graph, x, 'float32') },
  { kernel: 'Max', op: 'ReduceMax', ofNothing: -Infinity },
  { kernel: 'Min', op: 'ReduceMin', ofNothing: Infinity },
  // A product of equal elements is no multiple of them.
  { kernel: 'Prod', op: 'ReduceProd', ofNothing: 1, prepare: (graph, x) => graph.expanded(x) },
  // Of bools, the smallest says whether all hold, and the largest whether any does.
  { kernel: 'All', op: 'ReduceMin', ofNothing: 1 },
  { kernel: 'Any', op: 'ReduceMax', ofNothing: 0 },
];

/** Operations that combine the elements along axes. */
export const reductions: readonly Lowering[] = list.map(reduction);
