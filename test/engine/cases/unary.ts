import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

type Entry = Omit<OpCase, 'shapes' | 'name'>;
const positive = [0.1, 3] as const;
const within = [-0.9, 0.9] as const;
const wide = [-6, 6] as const;

/** Every function of one element, as TF.js names it; with the range in which it is smooth, or at least defined. */
export const unaryEntries: Readonly<Record<string, Entry>> = {
  abs: { fn: (x) => x.abs() },
  acos: { fn: (x) => x.acos(), range: within },
  acosh: { fn: (x) => x.acosh(), range: [1.1, 4] },
  asin: { fn: (x) => x.asin(), range: within },
  asinh: { fn: (x) => x.asinh(), range: wide },
  atan: { fn: (x) => x.atan(), range: wide },
  atanh: { fn: (x) => x.atanh(), range: within },
  ceil: { fn: (x) => x.ceil(), range: wide, differentiable: false },
  clipByValue: { fn: (x) => x.clipByValue(-0.4, 0.6) },
  cos: { fn: (x) => x.cos(), range: wide },
  cosh: { fn: (x) => x.cosh(), range: [-3, 3] },
  erf: { fn: (x) => x.erf(), range: [-3, 3] },
  exp: { fn: (x) => x.exp() },
  expm1: { fn: (x) => x.expm1() },
  floor: { fn: (x) => x.floor(), range: wide, differentiable: false },
  log: { fn: (x) => x.log(), range: positive },
  log1p: { fn: (x) => x.log1p(), range: [-0.8, 3] },
  neg: { fn: (x) => x.neg() },
  reciprocal: { fn: (x) => x.reciprocal(), range: [0.3, 3] },
  round: { fn: (x) => x.round(), range: wide, differentiable: false },
  rsqrt: { fn: (x) => x.rsqrt(), range: [0.3, 3] },
  sign: { fn: (x) => x.sign() },
  sin: { fn: (x) => x.sin(), range: wide },
  sinh: { fn: (x) => x.sinh(), range: [-3, 3] },
  sqrt: { fn: (x) => x.sqrt(), range: positive },
  square: { fn: (x) => x.square() },
  tan: { fn: (x) => x.tan(), range: within },
  tanh: { fn: (x) => x.tanh(), range: [-3, 3] },
  elu: { fn: (x) => x.elu(), range: [-3, 3] },
  leakyRelu: { fn: (x) => x.leakyRelu(0.3) },
  logSigmoid: { fn: (x) => x.logSigmoid(), range: wide },
  relu: { fn: (x) => x.relu() },
  relu6: { fn: (x) => x.relu6(), range: [-8, 8] },
  selu: { fn: (x) => x.selu(), range: [-3, 3] },
  sigmoid: { fn: (x) => x.sigmoid(), range: wide },
  softplus: { fn: (x) => x.softplus(), range: wide },
  step: { fn: (x) => x.step(0.2), differentiable: false },
  isFinite: { fn: (x) => x.isFinite(), differentiable: false },
  isInf: { fn: (x) => x.isInf(), differentiable: false },
  isNaN: { fn: (x) => x.isNaN(), differentiable: false },
};

/** Those that TF.js takes integers and bools for. */
export const onIntegers = [
  'abs',
  'asin',
  'asinh',
  'atan',
  'exp',
  'expm1',
  'isFinite',
  'isInf',
  'isNaN',
  'leakyRelu',
  'log1p',
  'neg',
  'relu',
  'relu6',
  'round',
  'selu',
  'sign',
  'sinh',
  'softplus',
  'square',
  'step',
] as const;

const integers: OpCase[] = onIntegers.map((name) => ({
  name: `${name} of integers`,
  shapes: [[2, 5]],
  dtypes: ['int32'],
  range: name === 'asin' ? [-1, 2] : name === 'log1p' ? [0, 5] : [-3, 8],
  differentiable: false,
  fn: (unaryEntries[name] as Entry).fn,
}));

export const unaryCases: readonly OpCase[] = [
  ...Object.entries(unaryEntries).map(([name, entry]) => ({ name, shapes: [[2, 3, 4]], ...entry })),
  ...integers,
  {
    name: 'gelu, by erf',
    shapes: [[3, 5]],
    range: [-3, 3],
    fn: (x) => x.mul(x.div(Math.SQRT2).erf().add(1)).mul(0.5),
  },
  { name: 'swish', shapes: [[3, 5]], range: [-3, 3], fn: (x) => x.mul(x.sigmoid()) },
  {
    name: 'prelu, one slope per column',
    shapes: [[3, 4], [4]],
    fn: (x, alpha) => tf.prelu(x, alpha),
  },
  {
    name: 'prelu of integers',
    shapes: [[3, 4], [4]],
    dtypes: ['int32', 'int32'],
    range: [-4, 4],
    differentiable: false,
    fn: (x, alpha) => tf.prelu(x, alpha),
  },
  {
    name: 'functions of numbers that are known while tracing',
    shapes: [[2, 2]],
    fn: (x) =>
      tf
        .fill([2, 2], 0.5)
        .exp()
        .add(tf.fill([2], -2).relu())
        .add(tf.fill([1, 2], 4).rsqrt())
        .mul(x)
        .transpose(),
  },
  ...(['float32', 'int32', 'bool'] as const).flatMap((from) =>
    (['float32', 'int32', 'bool'] as const).map(
      (to): OpCase => ({
        name: `cast from ${from} to ${to}`,
        shapes: [[9]],
        dtypes: [from],
        range: [-4, 4],
        differentiable: false,
        fn: (x) => x.cast(to),
      }),
    ),
  ),
  { name: 'cast in the middle', shapes: [[2, 3]], fn: (x) => x.square().cast('float32').mul(2) },
];
