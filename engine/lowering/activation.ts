import { HoldfastError } from '../../base/errors.ts';
import type { GraphBuilder } from '../tracing/graph.ts';
import type { Value } from '../tracing/value.ts';
import { cast, numberOf, onFloats } from './cast.ts';
import { mapElements, zipElements } from './elementwise.ts';
import { type Lowering, lowering } from './types.ts';
import { clip } from './unary.ts';

const zeroOf = (graph: GraphBuilder, x: Value): Value => graph.uniform(0, [], x.type);

/** 1 where x is positive, `alpha` elsewhere; NaN is not positive. */
function step(graph: GraphBuilder, x: Value, alpha: number): Value {
  // The ReLU of x is positive where x is. Asked of it, nothing needs x any more, which a convolution then need not keep.
  const cut = graph.find('Relu', [graph.name(x)]);
  const source = cut === undefined || alpha !== 0 ? x : { ...x, name: cut };
  const positive = zipElements(graph, 'Greater', [source, zeroOf(graph, x)], 'bool');
  const mask = cast(graph, positive, 'float32');
  if (alpha === 0) return mask;
  const above = zipElements(graph, 'Mul', [mask, graph.uniform(1 - alpha, [])]);
  return zipElements(graph, 'Add', [above, graph.uniform(alpha, [])]);
}

function relu(graph: GraphBuilder, x: Value): Value {
  if (x.uniform !== undefined) return graph.uniform(numberOf(Math.max(x.uniform, 0), x.type), x.shape, x.type);
  return x.type === 'bool' ? x : mapElements(graph, 'Relu', x);
}

/** TF.js's result is always float32; negative numbers are multiplied by `alpha`, which may broadcast. */
function prelu(graph: GraphBuilder, x: Value, alpha: Value): Value {
  const numbers = cast(graph, x, 'float32');
  const negative = zipElements(graph, 'Less', [numbers, graph.uniform(0, [])], 'bool');
  const scaled = zipElements(graph, 'Mul', [numbers, cast(graph, alpha, 'float32')]);
  return zipElements(graph, 'Where', [negative, scaled, numbers], 'float32');
}

function leakyRelu(graph: GraphBuilder, x: Value, alpha: number): Value {
  return mapElements(graph, 'LeakyRelu', cast(graph, x, 'float32'), { alpha: { float: alpha } });
}

/** From the result y = exp(x) - 1 of the way forward, the slope is y + 1. */
function eluGradient(graph: GraphBuilder, dy: Value, y: Value): Value {
  const open = zipElements(graph, 'GreaterOrEqual', [y, graph.uniform(0, [])], 'bool');
  const slope = zipElements(graph, 'Add', [y, graph.uniform(1, [])]);
  return zipElements(graph, 'Where', [open, dy, zipElements(graph, 'Mul', [dy, slope])], 'float32');
}

const applied =
  (op: string) =>
  (graph: GraphBuilder, x: Value): Value =>
    onFloats(graph, x, (numbers) => mapElements(graph, op, numbers));

const relu6 = (graph: GraphBuilder, x: Value): Value => clip(graph, x, 0, 6);
const elu = applied('Elu');
const sigmoid = applied('Sigmoid');

/** What a fused kernel (tf.fused) is told to do with its result. */
export interface Activation {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Applies the activation of a fused kernel; `weights` are those of a PReLU. @throws HoldfastError OP_UNSUPPORTED */
export function activate(graph: GraphBuilder, x: Value, attrs: Activation, weights?: Value): Value {
  switch (attrs.activation ?? 'linear') {
    case 'linear':
      return x;
    case 'relu':
      return relu(graph, x);
    case 'relu6':
      return relu6(graph, x);
    case 'elu':
      return elu(graph, x);
    case 'sigmoid':
      return sigmoid(graph, x);
    case 'leakyrelu':
      return leakyRelu(graph, x, attrs.leakyreluAlpha ?? 0.2);
    case 'prelu':
      if (weights !== undefined) return prelu(graph, x, weights);
  }
  throw new HoldfastError('OP_UNSUPPORTED', `the activation ${attrs.activation} of a fused kernel`);
}

/** The non-linear functions of networks. */
export const activations: readonly Lowering[] = [
  lowering<'x'>('Relu', (graph, { values: { x } }) => relu(graph, x)),
  lowering<'x'>('Relu6', (graph, { values: { x } }) => onFloats(graph, x, (numbers) => relu6(graph, numbers))),
  lowering<'x'>('Elu', (graph, { values: { x } }) => elu(graph, x)),
  lowering<'dy' | 'y'>('EluGrad', (graph, { values: { dy, y } }) => eluGradient(graph, dy, y)),
  lowering<'x'>('Selu', (graph, { values: { x } }) => applied('Selu')(graph, x)),
  lowering<'x'>('Softplus', (graph, { values: { x } }) => applied('Softplus')(graph, x)),
  lowering<'x'>('Sigmoid', (graph, { values: { x } }) => sigmoid(graph, x)),
  lowering<'x' | 'alpha'>('Prelu', (graph, { values: { x, alpha } }) => prelu(graph, x, alpha)),
  lowering<'x', { alpha: number }>('LeakyRelu', (graph, { values: { x }, attrs }) => leakyRelu(graph, x, attrs.alpha)),
  lowering<'x', { alpha: number }>('Step', (graph, { values: { x }, attrs }) =>
    cast(graph, step(graph, x, attrs.alpha), x.type),
  ),
];
