import { sizeOf } from '../arrays.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { broadcastView, zipElements } from './elementwise.ts';
import { constantOf } from './generate.ts';
import { type Lowering, lowering } from './types.ts';

type Reduction = 'add' | 'none';

/**
 * Adds rows to the rows of a matrix, or puts them in their place, one after the other: the order of additions is fixed.
 * ScatterND would be several times faster, but lets its threads add to one row at once, whose result then changes from
 * run to run and can miss additions.
 */
function scatterRows(graph: GraphBuilder, matrix: Value, ids: Value, rows: Value, reduction: Reduction): Value {
  const count = ids.shape[0] as number;
  const width = matrix.shape[1] as number;
  if (count * width === 0) return matrix;
  const places = broadcastView(graph, graph.reshape(ids, [count, 1]), [count, width]);
  const inputs = [matrix, places, rows].map((value) => graph.row(value).name);
  return rowValue(graph.node('ScatterElements', inputs, { axis: 0, reduction }), matrix.type, matrix.shape);
}

/** The sums of the rows with the same number; rows with a number outside are left out. */
function segmentSum(graph: GraphBuilder, x: Value, ids: Value, segments: number): Value {
  const count = sizeOf(ids.shape);
  const rest = x.shape.slice(ids.shape.length);
  if (count === 0) return graph.uniform(0, [segments, ...rest], x.type);
  const [numbers, rows] = [graph.reshape(ids, [count]), graph.reshape(x, [count, sizeOf(rest)])];
  const sums = productIsFaster(segments, sizeOf(rest))
    ? sumByProduct(graph, rows, numbers, segments)
    : sumByScatter(graph, rows, numbers, segments);
  return graph.reshape(sums, [segments, ...rest]);
}

/**
 * Per element of x, ScatterElements takes about 12 ns; the product with a one-hot matrix 1/30 ns per segment, and making
 * that matrix 1 ns per segment and row. Measured from 5 to 10000 segments and 1 to 100000 columns.
 */
function productIsFaster(segments: number, width: number): boolean {
  return segments * (1 / 30 + 1 / width) < 12;
}

function sumByProduct(graph: GraphBuilder, rows: Value, ids: Value, segments: number): Value {
  const [count, width] = rows.shape as [number, number];
  const numbers = graph.reshape(counting(graph, segments), [segments, 1]);
  const hit = zipElements(graph, 'Equal', [numbers, graph.reshape(ids, [1, count])], 'bool');
  const inputs = [graph.row(cast(graph, hit, 'float32')).name, graph.row(cast(graph, rows, 'float32')).name];
  const name = graph.node('Gemm', inputs, {}, { multiplyAdds: segments * count * width });
  return cast(graph, rowValue(name, 'float32', [segments, width]), rows.type);
}

/** Rows that belong nowhere go to a segment at the end, which is cut off again. */
function sumByScatter(graph: GraphBuilder, rows: Value, ids: Value, segments: number): Value {
  const width = rows.shape[1] as number;
  const zeros = graph.uniform(0, [segments + 1, width], rows.type);
  const last = graph.uniform(segments, [], 'int32');
  const inside = zipElements(
    graph,
    'And',
    [
      zipElements(graph, 'GreaterOrEqual', [ids, graph.uniform(0, [], 'int32')], 'bool'),
      zipElements(graph, 'Less', [ids, last], 'bool'),
    ],
    'bool',
  );
  const numbers = zipElements(graph, 'Where', [inside, ids, last], 'int32');
  const sums = graph.row(scatterRows(graph, zeros, numbers, rows, 'add'));
  const name = graph.node('Slice', [sums.name, graph.integers(0), graph.integers(segments), graph.integers(0)]);
  return rowValue(name, rows.type, [segments, width]);
}

const counting = (graph: GraphBuilder, count: number): Value =>
  constantOf(
    graph,
    Array.from({ length: count }, (_, i) => i),
    'int32',
  );

/** A target of a scatter as a matrix, whose rows the last axis of the indices spells out. */
interface Target {
  readonly rows: number;
  readonly width: number;
  /** The numbers of the rows that are meant. */
  readonly ids: Value;
}

function asMatrix(graph: GraphBuilder, target: readonly number[], indices: Value): Target {
  const depth = indices.shape.length > 1 ? (indices.shape.at(-1) as number) : 1;
  const count = sizeOf(indices.shape) / depth;
  const strides = Array.from({ length: depth }, (_, i) => sizeOf(target.slice(i + 1, depth)));
  const places = graph.reshape(indices, [count, depth]);
  const weighted = zipElements(graph, 'Mul', [places, constantOf(graph, strides, 'int32')]);
  const sum = graph.node('ReduceSum', [graph.row(weighted).name, graph.integers(1)], { keepdims: 0 });
  const [rows, width] = [sizeOf(target.slice(0, depth)), sizeOf(target.slice(depth))];
  return { rows, width, ids: rowValue(sum, 'int32', [count]) };
}

/** Puts updates in the place of what is at the indices; of two for one place the later holds. */
function scatterUpdate(graph: GraphBuilder, target: Value, indices: Value, updates: Value): Value {
  if (indices.shape.includes(0)) return target;
  const { rows, width, ids } = asMatrix(graph, target.shape, indices);
  const [count = 0] = ids.shape;
  // tf.sparseToDense takes one number for all places too.
  const fresh = updates.shape.length === 0 ? broadcastView(graph, updates, [count, width]) : updates;
  const matrix = graph.reshape(target, [rows, width]);
  const updated = scatterRows(graph, matrix, ids, graph.reshape(fresh, [count, width]), 'none');
  return graph.reshape(updated, target.shape);
}

interface BincountAttrs {
  readonly size: number;
  /** Whether a number occurs, instead of how often. */
  readonly binaryOutput?: boolean;
}

/** How often each number below `size` occurs along the last axis, or the sum of the weights where it does. */
function bincount(graph: GraphBuilder, x: Value, weights: Value, { size, binaryOutput }: BincountAttrs): Value {
  const shape = [...x.shape.slice(0, -1), size];
  const [zero, one] = [0, 1].map((number) => graph.uniform(number, [], weights.type)) as [Value, Value];
  if (x.shape.includes(0)) return graph.uniform(0, shape, weights.type);
  const hit = zipElements(graph, 'Equal', [graph.reshape(x, [...x.shape, 1]), counting(graph, size)], 'bool');
  const alike = binaryOutput === true || sizeOf(weights.shape) === 0;
  const worth = alike ? one : graph.reshape(weights, [...x.shape, 1]);
  const counted = graph.row(zipElements(graph, 'Where', [hit, worth, zero], weights.type));
  const op = binaryOutput === true ? 'ReduceMax' : 'ReduceSum';
  const name = graph.node(op, [counted.name, graph.integers(x.shape.length - 1)], { keepdims: 0 });
  return rowValue(name, weights.type, shape);
}

/** Operations that bring elements to places that numbers say. */
export const scatters: readonly Lowering[] = [
  lowering<'x' | 'segmentIds', { numSegments: number }>(
    'UnsortedSegmentSum',
    (graph, { values: { x, segmentIds }, attrs }) => segmentSum(graph, x, segmentIds, attrs.numSegments),
  ),
  lowering<'indices' | 'updates', { shape: number[] }>(
    'ScatterNd',
    (graph, { values: { indices, updates }, attrs }) => {
      if (updates.shape.includes(0)) return graph.uniform(0, attrs.shape, updates.type);
      const { rows, width, ids } = asMatrix(graph, attrs.shape, indices);
      const matrix = graph.reshape(updates, [ids.shape[0] as number, width]);
      return graph.reshape(segmentSum(graph, matrix, ids, rows), attrs.shape);
    },
  ),
  lowering<'tensor' | 'indices' | 'updates'>('TensorScatterUpdate', (graph, { values: { tensor, indices, updates } }) =>
    scatterUpdate(graph, tensor, indices, updates),
  ),
  lowering<'sparseIndices' | 'sparseValues' | 'defaultValue', { outputShape: number[] }>(
    'SparseToDense',
    (graph, { values: { sparseIndices, sparseValues, defaultValue }, attrs }) => {
      const filled = broadcastView(graph, defaultValue, attrs.outputShape);
      return scatterUpdate(graph, filled, sparseIndices, sparseValues);
    },
  ),
  lowering<'x' | 'weights', BincountAttrs>('Bincount', (graph, { values: { x, weights }, attrs }) =>
    bincount(graph, x, weights, attrs),
  ),
  lowering<'x' | 'weights', BincountAttrs>('DenseBincount', (graph, { values: { x, weights }, attrs }) =>
    bincount(graph, x, weights, attrs),
  ),
];
