import { HoldfastError } from '../../base/errors.ts';
import { sizeOf } from '../arrays.ts';
import { ELEMENT_TYPES } from '../onnx/model.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value, type ValueType } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { zipElements } from './elementwise.ts';
import { constantOf } from './generate.ts';
import { type Lowering, lowering } from './types.ts';

interface GatherAttrs {
  readonly axis: number;
  /** Leading axes that x and the indices share. ONNX's Gather has none. */
  readonly batchDims: number;
}

/** The elements of x at the indices along an axis. An index below zero counts from the end, where eager TF.js fails. */
function gather(graph: GraphBuilder, x: Value, indices: Value, { axis, batchDims }: GatherAttrs): Value {
  const at = axis < 0 ? axis + x.shape.length : axis;
  const shared = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
  const shape = [...x.shape.slice(0, at), ...indices.shape.slice(shared), ...x.shape.slice(at + 1)];
  if (shared > 0) return gatherInBatches(graph, x, indices, at, shared, shape);
  const name = graph.node('Gather', [graph.row(x).name, graph.row(indices).name], { axis: at });
  return rowValue(name, x.type, shape);
}

/**
 * All axes before the gathered one are counted through: place (batch, outer, i) is row (batch outer + outer) size + i of
 * x as a matrix.
 */
function gatherInBatches(
  graph: GraphBuilder,
  x: Value,
  indices: Value,
  axis: number,
  batchDims: number,
  shape: readonly number[],
): Value {
  const batch = sizeOf(x.shape.slice(0, batchDims));
  const outer = sizeOf(x.shape.slice(batchDims, axis));
  const size = x.shape[axis] as number;
  const width = sizeOf(x.shape.slice(axis + 1));
  const starts = Array.from({ length: batch * outer }, (_, i) => i * size);
  const first = graph.reshape(constantOf(graph, starts, 'int32'), [batch, outer, 1]);
  const local = graph.reshape(indices, [batch, 1, sizeOf(indices.shape.slice(batchDims))]);
  const rows = graph.row(zipElements(graph, 'Add', [first, local]));
  const matrix = graph.row(graph.reshape(x, [batch * outer * size, width]));
  const name = graph.node('Gather', [matrix.name, rows.name], { axis: 0 });
  return graph.reshape(rowValue(name, x.type, [...rows.shape, width]), shape);
}

/** The slices of `params` whose places the last axis of the indices spells out. ONNX wants them as 64-bit integers. */
function gatherNd(graph: GraphBuilder, params: Value, indices: Value): Value {
  const depth = indices.shape.at(-1) as number;
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  if (params.shape.includes(0)) throw new HoldfastError('OP_UNSUPPORTED', 'gatherND of a tensor without elements');
  const places = graph.node('Cast', [graph.row(indices).name], { to: ELEMENT_TYPES.int64 });
  return rowValue(graph.node('GatherND', [graph.row(params).name, places]), params.type, shape);
}

interface OneHotAttrs {
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
  readonly dtype?: ValueType;
}

/** A new last axis: `onValue` at the index, `offValue` elsewhere, and everywhere for an index outside. */
function oneHot(graph: GraphBuilder, indices: Value, { depth, onValue, offValue, dtype }: OneHotAttrs): Value {
  const classes = constantOf(
    graph,
    Array.from({ length: depth }, (_, i) => i),
    'int32',
  );
  const column = graph.reshape(cast(graph, indices, 'int32'), [...indices.shape, 1]);
  const hit = zipElements(graph, 'Equal', [column, classes], 'bool');
  const choices = [graph.uniform(onValue, []), graph.uniform(offValue, [])];
  return cast(graph, zipElements(graph, 'Where', [hit, ...choices], 'float32'), dtype ?? 'float32');
}

/** Operations that find elements by their places. */
export const indexing: readonly Lowering[] = [
  lowering<'x' | 'indices', GatherAttrs>('GatherV2', (graph, { values: { x, indices }, attrs }) =>
    gather(graph, x, indices, attrs),
  ),
  lowering<'params' | 'indices'>('GatherNd', (graph, { values: { params, indices } }) =>
    gatherNd(graph, params, indices),
  ),
  lowering<'indices', OneHotAttrs>('OneHot', (graph, { values: { indices }, attrs }) => oneHot(graph, indices, attrs)),
];
