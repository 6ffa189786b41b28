import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

const direct = (kernel: string, op: string, onNumber: (x: number) => number): Lowering =>
  lowering<'x'>(kernel, (graph, { values: { x } }) =>
    x.uniform === undefined
      ? mapElements(graph, op, x)
      : graph.uniform(Math.fround(onNumber(x.uniform)), x.shape, x.type),
  );

function rsqrt(graph: GraphBuilder, x: Value): Value {
  return mapElements(graph, 'Reciprocal', mapElements(graph, 'Sqrt', x));
}

function clip(graph: GraphBuilder, x: Value, low: number, high: number): Value {
  const name = graph.node('Clip', [graph.name(x), graph.scalar(low, x.type), graph.scalar(high, x.type)]);
  return { name, type: x.type, shape: x.shape, stored: x.stored, layout: x.layout };
}

/** 1 where x is positive, `alpha` elsewhere; NaN is not positive. */
function step(graph: GraphBuilder, x: Value, alpha: number): Value {
  const positive = zipElements(graph, 'Greater', [x, graph.uniform(0, [], x.type)], 'bool');
  const mask = mapElements(graph, 'Cast', positive, { to: 1 }, 'float32');
  if (alpha === 0) return mask;
  const above = zipElements(graph, 'Mul', [mask, graph.uniform(1 - alpha, [])]);
  return zipElements(graph, 'Add', [above, graph.uniform(alpha, [])]);
}

/** Operations on each element by itself. */
export const unary: readonly Lowering[] = [
  direct('Neg', 'Neg', (x) => -x),
  direct('Exp', 'Exp', Math.exp),
  direct('Log', 'Log', Math.log),
  direct('Sqrt', 'Sqrt', Math.sqrt),
  direct('Abs', 'Abs', Math.abs),
  direct('Sign', 'Sign', Math.sign),
  direct('Relu', 'Relu', (x) => Math.max(x, 0)),
  direct('Floor', 'Floor', Math.floor),
  direct('Ceil', 'Ceil', Math.ceil),
  direct('Reciprocal', 'Reciprocal', (x) => 1 / x),
  direct('Sigmoid', 'Sigmoid', (x) => 1 / (1 + Math.exp(-x))),
  direct('Tanh', 'Tanh', Math.tanh),
  lowering<'x'>('Square', (graph, { values: { x } }) => zipElements(graph, 'Mul', [x, x])),
  lowering<'x'>('Rsqrt', (graph, { values: { x } }) => rsqrt(graph, x)),
  lowering<'x', { alpha: number }>('Step', (graph, { values: { x }, attrs }) => step(graph, x, attrs.alpha)),
  lowering<'x', { clipValueMin: number; clipValueMax: number }>('ClipByValue', (graph, { values: { x }, attrs }) =>
    clip(graph, x, attrs.clipValueMin, attrs.clipValueMax),
  ),
];
