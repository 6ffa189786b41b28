import { ELEMENT_TYPES } from '../onnx/model.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value, ValueType } from '../tracing/value.ts';
import { mapElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

/** A number as an element of a type: rounded, cut off, or one of 0 and 1. */
export function numberOf(value: number, type: ValueType): number {
  if (type === 'float32') return Math.fround(value);
  return type === 'int32' ? value | 0 : Number(value !== 0);
}

export function cast(graph: GraphBuilder, x: Value, type: ValueType): Value {
  if (x.type === type) return x;
  if (x.uniform !== undefined) return graph.uniform(numberOf(x.uniform, type), x.shape, type);
  return mapElements(graph, 'Cast', x, { to: ELEMENT_TYPES[type] }, type);
}

/** Works on x as float32 and gives the result the type of x, as TF.js does with integers. */
export function onFloats(graph: GraphBuilder, x: Value, work: (x: Value) => Value): Value {
  return cast(graph, work(cast(graph, x, 'float32')), x.type);
}

export const casts: readonly Lowering[] = [
  lowering<'x', { dtype: ValueType }>('Cast', (graph, { values: { x }, attrs }) => cast(graph, x, attrs.dtype)),
];
