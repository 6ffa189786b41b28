import { backend_util, slice_util } from '@tensorflow/tfjs';
import { HoldfastError } from '../../base/errors.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { constantOf } from './generate.ts';
import { normaliseAxes } from './reduction.ts';
import { BEFORE_ALL } from './shape.ts';
import { type Lowering, lowering } from './types.ts';

/** The elements begin, begin + step, ... before end, along each axis. */
function stepwise(
  graph: GraphBuilder,
  x: Value,
  begin: readonly number[],
  end: readonly number[],
  steps: readonly number[],
): Value {
  const shape = begin.map((from, axis) => {
    const step = steps[axis] as number;
    return Math.max(0, Math.ceil(((end[axis] as number) - from) / step));
  });
  const axes = begin.map((_, axis) => axis);
  const ends = end.map((to) => (to < 0 ? BEFORE_ALL : to));
  const inputs = [begin, ends, axes, steps].map((list) => graph.integers(...list));
  return rowValue(graph.node('Slice', [graph.row(x).name, ...inputs]), x.type, shape);
}

/** The order of the elements turned round along the given axes; along all where none are given. */
function reverse(graph: GraphBuilder, x: Value, dims?: number | readonly number[]): Value {
  const turned = new Set(normaliseAxes(dims, x.shape.length));
  if (turned.size === 0) return x;
  const choose = <T>(backwards: (size: number) => T, forwards: (size: number) => T): T[] =>
    x.shape.map((size, axis) => (turned.has(axis) ? backwards(size) : forwards(size)));
  const [from, to, by] = [
    choose(
      (size) => size - 1,
      () => 0,
    ),
    choose(
      () => -1,
      (size) => size,
    ),
    choose(
      () => -1,
      () => 1,
    ),
  ];
  return stepwise(graph, x, from, to, by);
}

interface StridedSliceAttrs {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** What NumPy's x[a:b:c, ...] takes; the masks are TF.js's to resolve (slice_util.ts). */
function stridedSlice(graph: GraphBuilder, x: Value, attrs: StridedSliceAttrs): Value {
  const { begin, end, strides, finalShape } = slice_util.sliceInfo(
    [...x.shape],
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  return graph.reshape(stepwise(graph, x, begin, end, strides), finalShape);
}

/** Which element of an axis stands at each place after a padding that mirrors it; `reflect` leaves the edge out. */
export function mirrored(size: number, [before, after]: readonly [number, number], mode: string): number[] {
  const offset = mode === 'reflect' ? 0 : 1;
  return Array.from({ length: before + size + after }, (_, place) => {
    const from = place - before;
    if (from < 0) return -from - offset;
    return from < size ? from : 2 * (size - 1) - from + offset;
  });
}

function mirrorPad(graph: GraphBuilder, x: Value, paddings: readonly [number, number][], mode: string): Value {
  return paddings.reduce((value, amounts, axis) => {
    if (amounts[0] + amounts[1] === 0) return value;
    const places = mirrored(value.shape[axis] as number, amounts, mode);
    const inputs = [graph.row(value).name, constantOf(graph, places, 'int32').name];
    const shape = value.shape.map((size, i) => (i === axis ? places.length : size));
    return rowValue(graph.node('Gather', inputs, { axis }), value.type, shape);
  }, x);
}

/** Takes axes apart, moves them, and joins them again. */
function rearranged(
  graph: GraphBuilder,
  x: Value,
  parts: readonly number[],
  perm: readonly number[],
  joined: readonly number[],
): Value {
  const source = graph.row(graph.reshape(x, parts));
  const moved = graph.node('Transpose', [source.name], { perm });
  const shape = perm.map((axis) => parts[axis] as number);
  return graph.reshape(rowValue(moved, x.type, shape), joined);
}

/** Blocks of depth spread over height and width: N, H, W, (b, b, C) becomes N, (H, b), (W, b), C. */
function depthToSpace(graph: GraphBuilder, x: Value, block: number, dataFormat: string): Value {
  if (dataFormat !== 'NHWC') throw new HoldfastError('OP_UNSUPPORTED', 'depthToSpace of NCHW tensors; use NHWC');
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const depth = c / (block * block);
  const shape = [n, h * block, w * block, depth];
  return rearranged(graph, x, [n, h, w, block, block, depth], [0, 1, 3, 2, 4, 5], shape);
}

function batchToSpace(graph: GraphBuilder, x: Value, block: number[], crops: number[][]): Value {
  const count = block.reduce((product, size) => product * size, 1);
  const parts = backend_util.getReshaped([...x.shape], block, count);
  const joined = backend_util.getReshapedPermuted([...x.shape], block, count);
  const whole = rearranged(graph, x, parts, backend_util.getPermuted(parts.length, block.length), joined);
  const begin = joined.map((_, axis) => crops[axis - 1]?.[0] ?? 0);
  const end = joined.map((size, axis) => size - (crops[axis - 1]?.[1] ?? 0));
  return stepwise(
    graph,
    whole,
    begin,
    end,
    joined.map(() => 1),
  );
}

function spaceToBatch(graph: GraphBuilder, x: Value, block: number[], paddings: number[][]): Value {
  const count = block.reduce((product, size) => product * size, 1);
  const rest = x.shape.length - 1 - block.length;
  const amounts = [[0, 0], ...paddings, ...Array<number[]>(rest).fill([0, 0])];
  const [before, after] = [amounts.map(([a = 0]) => a), amounts.map(([, b = 0]) => b)];
  const shape = x.shape.map((size, axis) => size + (before[axis] as number) + (after[axis] as number));
  const inputs = [graph.row(x).name, graph.integers(...before, ...after), graph.scalar(0, x.type)];
  const padded = rowValue(graph.node('Pad', inputs), x.type, shape);
  const parts = backend_util.getReshaped(shape, block, count, false);
  const perm = backend_util.getPermuted(parts.length, block.length, false);
  return rearranged(graph, padded, parts, perm, backend_util.getReshapedPermuted(shape, block, count, false));
}

/** Operations that put elements into another order, or take some of them. */
export const arrangements: readonly Lowering[] = [
  lowering<'x', { dims?: number | number[] }>('Reverse', (graph, { values: { x }, attrs }) =>
    reverse(graph, x, attrs.dims),
  ),
  lowering<'x', StridedSliceAttrs>('StridedSlice', (graph, { values: { x }, attrs }) => stridedSlice(graph, x, attrs)),
  lowering<'x', { paddings: [number, number][]; mode: string }>('MirrorPad', (graph, { values: { x }, attrs }) =>
    mirrorPad(graph, x, attrs.paddings, attrs.mode),
  ),
  lowering<'x', { blockSize: number; dataFormat: string }>('DepthToSpace', (graph, { values: { x }, attrs }) =>
    depthToSpace(graph, x, attrs.blockSize, attrs.dataFormat),
  ),
  lowering<'x', { blockShape: number[]; crops: number[][] }>('BatchToSpaceND', (graph, { values: { x }, attrs }) =>
    batchToSpace(graph, x, attrs.blockShape, attrs.crops),
  ),
  lowering<'x', { blockShape: number[]; paddings: number[][] }>('SpaceToBatchND', (graph, { values: { x }, attrs }) =>
    spaceToBatch(graph, x, attrs.blockShape, attrs.paddings),
  ),
];
