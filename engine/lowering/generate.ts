import { HoldfastError } from '../../base/errors.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import { rowValue, type Value, type ValueType } from '../tracing/value.ts';
import { type Lowering, lowering } from './types.ts';

/** Numbers that are known while tracing, as an array of the program. */
export function constantOf(graph: GraphBuilder, numbers: readonly number[], type: 'float32' | 'int32'): Value {
  const data = type === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return rowValue(graph.constant(type, [numbers.length], new Uint8Array(data.buffer)), type, [numbers.length]);
}

/** start, start + step, ... below (or above) stop. A step of one counts down where stop is below start, as in TF.js. */
function range(start: number, stop: number, step: number): number[] {
  const by = stop < start && step === 1 ? -1 : step;
  const count = Math.max(0, Math.ceil((stop - start) / by));
  return Array.from({ length: count }, (_, i) => start + i * by);
}

function linSpace(start: number, stop: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? start : start + (i * (stop - start)) / (count - 1)));
}

/** Operations that make tensors of numbers alone. */
export const generators: readonly Lowering[] = [
  lowering<'x'>('ZerosLike', (graph, { values: { x } }) => graph.uniform(0, x.shape, x.type)),
  lowering<'x'>('OnesLike', (graph, { values: { x } }) => graph.uniform(1, x.shape, x.type)),
  lowering<string, { shape: number[]; value: number; dtype?: ValueType }>('Fill', (graph, { attrs }) =>
    graph.uniform(attrs.value, attrs.shape, attrs.dtype ?? 'float32'),
  ),
  lowering<string, { start: number; stop: number; step: number; dtype: ValueType }>('Range', (graph, { attrs }) => {
    if (attrs.dtype === 'bool') throw new HoldfastError('OP_UNSUPPORTED', 'a range of bools');
    return constantOf(graph, range(attrs.start, attrs.stop, attrs.step), attrs.dtype);
  }),
  lowering<string, { start: number; stop: number; num: number }>('LinSpace', (graph, { attrs }) =>
    constantOf(graph, linSpace(attrs.start, attrs.stop, attrs.num), 'float32'),
  ),
];
