import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { cast, numberOf, onFloats } from './cast.ts';
import { mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';

/** A kernel that ONNX has an operator for; `integers` says that the operator takes int32 too. */
function direct(kernel: string, op: string, onNumber: (x: number) => number, integers = false): Lowering {
  return lowering<'x'>(kernel, (graph, { values: { x } }) => {
    if (x.uniform !== undefined) return graph.uniform(numberOf(onNumber(x.uniform), x.type), x.shape, x.type);
    if (integers && x.type === 'int32') return mapElements(graph, op, x);
    return onFloats(graph, x, (numbers) => mapElements(graph, op, numbers));
  });
}

function rsqrt(graph: GraphBuilder, x: Value): Value {
  return mapElements(graph, 'Reciprocal', mapElements(graph, 'Sqrt', x));
}

export function clip(graph: GraphBuilder, x: Value, low: number, high: number): Value {
  const name = graph.node('Clip', [graph.name(x), graph.scalar(low, x.type), graph.scalar(high, x.type)]);
  const { type, shape, stored, layout } = x;
  return { name, type, shape, stored, layout };
}

/** -1, 0 or 1. The providers of GPUs lack the operator, which every step of an attack needs: there it is two comparisons. */
function sign(graph: GraphBuilder, x: Value): Value {
  if (graph.block > 1) return mapElements(graph, 'Sign', x);
  const zero = graph.uniform(0, [], x.type);
  const signs = ['Greater', 'Less'].map((op) => cast(graph, zipElements(graph, op, [x, zero], 'bool'), x.type));
  const [above, below] = signs as [Value, Value];
  return zipElements(graph, 'Sub', [above, below]);
}

/**
 * log(1 + x) without losing small x: with u = 1 + x as rounded, it is log(u) where u - 1 gives x back, and else
 * log(u) x / (u - 1), which undoes the rounding of u; where u - 1 is 0, it is x itself.
 */
function log1p(graph: GraphBuilder, x: Value): Value {
  const one = graph.uniform(1, []);
  const u = zipElements(graph, 'Add', [x, one]);
  const back = zipElements(graph, 'Sub', [u, one]);
  const log = mapElements(graph, 'Log', u);
  const mended = zipElements(graph, 'Div', [zipElements(graph, 'Mul', [log, x]), back]);
  const tiny = zipElements(graph, 'Equal', [back, graph.uniform(0, [])], 'bool');
  const exact = zipElements(graph, 'Equal', [back, x], 'bool');
  const inexact = zipElements(graph, 'Where', [tiny, x, mended], 'float32');
  return zipElements(graph, 'Where', [exact, log, inexact], 'float32');
}

/** exp(x) - 1 without losing small x, as tanh(x / 2) (exp(x) + 1). */
function expm1(graph: GraphBuilder, x: Value): Value {
  const half = mapElements(graph, 'Tanh', zipElements(graph, 'Mul', [x, graph.uniform(0.5, [])]));
  const sum = zipElements(graph, 'Add', [mapElements(graph, 'Exp', x), graph.uniform(1, [])]);
  return zipElements(graph, 'Mul', [half, sum]);
}

/** A kernel that is put together from several operators, on floating-point numbers. */
const composed = (kernel: string, work: (graph: GraphBuilder, x: Value) => Value): Lowering =>
  lowering<'x'>(kernel, (graph, { values: { x } }) => onFloats(graph, x, (numbers) => work(graph, numbers)));

/** Arithmetic and transcendental functions of each element by itself. */
export const unary: readonly Lowering[] = [
  direct('Abs', 'Abs', Math.abs, true),
  direct('Acos', 'Acos', Math.acos),
  direct('Acosh', 'Acosh', Math.acosh),
  direct('Asin', 'Asin', Math.asin),
  direct('Asinh', 'Asinh', Math.asinh),
  direct('Atan', 'Atan', Math.atan),
  direct('Atanh', 'Atanh', Math.atanh),
  direct('Ceil', 'Ceil', Math.ceil),
  direct('Cos', 'Cos', Math.cos),
  direct('Cosh', 'Cosh', Math.cosh),
  direct('Floor', 'Floor', Math.floor),
  direct('Log', 'Log', Math.log),
  direct('Neg', 'Neg', (x) => -x, true),
  direct('Reciprocal', 'Reciprocal', (x) => 1 / x),
  direct('Sin', 'Sin', Math.sin),
  direct('Sinh', 'Sinh', Math.sinh),
  direct('Sqrt', 'Sqrt', Math.sqrt),
  direct('Tan', 'Tan', Math.tan),
  direct('Tanh', 'Tanh', Math.tanh),
  composed('Erf', (graph, x) => mapElements(graph, 'Erf', x)),
  composed('Expm1', expm1),
  composed('Log1p', log1p),
  // Halves go to the even neighbour, in ONNX as in TF.js.
  composed('Round', (graph, x) => mapElements(graph, 'Round', x)),
  composed('Rsqrt', rsqrt),
  lowering<'x'>('Sign', (graph, { values: { x } }) => {
    if (x.uniform !== undefined) return graph.uniform(Math.sign(x.uniform), x.shape, x.type);
    return x.type === 'int32' ? sign(graph, x) : onFloats(graph, x, (numbers) => sign(graph, numbers));
  }),
  // Unlike its neighbours, it makes floating-point numbers of integers.
  lowering<'x'>('Exp', (graph, { values: { x } }) =>
    x.uniform === undefined
      ? mapElements(graph, 'Exp', cast(graph, x, 'float32'))
      : graph.uniform(Math.fround(Math.exp(x.uniform)), x.shape),
  ),
  lowering<'x'>('Square', (graph, { values: { x } }) => zipElements(graph, 'Mul', [x, x])),
  lowering<'x', { clipValueMin: number; clipValueMax: number }>('ClipByValue', (graph, { values: { x }, attrs }) =>
    clip(graph, x, attrs.clipValueMin, attrs.clipValueMax),
  ),
];
