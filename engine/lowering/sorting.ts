import { HoldfastError } from '../../base/errors.ts';
import { ELEMENT_TYPES } from '../onnx/model.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value } from '../tracing/value.ts';
import { cast } from './cast.ts';
import { type Lowering, lowering } from './types.ts';

const numbers = (graph: GraphBuilder, x: Value): Value => graph.row(x.type === 'bool' ? cast(graph, x, 'int32') : x);

const asInt32 = (graph: GraphBuilder, name: string, shape: readonly number[]): Value =>
  rowValue(graph.node('Cast', [name], { to: ELEMENT_TYPES.int32 }), 'int32', shape);

/** The k largest elements along the last axis and their places; of equal ones the first comes first. */
function topK(graph: GraphBuilder, x: Value, k: number, sorted: boolean): Value[] {
  const shape = [...x.shape.slice(0, -1), k];
  const source = numbers(graph, x);
  const inputs = [source.name, graph.integers(k)];
  const [values = '', places = ''] = graph.nodeWithOutputs('TopK', inputs, { sorted: sorted ? 1 : 0 }, 2);
  return [cast(graph, rowValue(values, source.type, shape), x.type), asInt32(graph, places, shape)];
}

/** The place of the largest or smallest element along an axis; of equal ones the first. */
const extreme = (kernel: 'ArgMax' | 'ArgMin'): Lowering =>
  lowering<'x', { axis: number }>(kernel, (graph, { values: { x }, attrs }) => {
    const axis = attrs.axis < 0 ? attrs.axis + x.shape.length : attrs.axis;
    if (x.shape[axis] === 0) throw new HoldfastError('OP_UNSUPPORTED', `${kernel} along an axis without elements`);
    const found = graph.node(kernel, [numbers(graph, x).name], { axis, keepdims: 0 });
    return asInt32(
      graph,
      found,
      x.shape.filter((_, i) => i !== axis),
    );
  });

/** Operations that compare the elements along an axis with each other. A sort is a TopK of all elements. */
export const sorting: readonly Lowering[] = [
  lowering<'x', { k: number; sorted: boolean }>('TopK', (graph, { values: { x }, attrs }) =>
    topK(graph, x, attrs.k, attrs.sorted),
  ),
  extreme('ArgMax'),
  extreme('ArgMin'),
];
