import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

type Reduce = (x: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

/** Every reduction over any axes. */
export const reduceEntries: Readonly<Record<string, Reduce>> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
  logSumExp: tf.logSumExp,
  euclideanNorm: (x, axes, keep) => tf.euclideanNorm(x, axes, keep),
  variance: (x, axes, keep) => tf.moments(x, axes, keep).variance,
};
export const decide: Readonly<Record<'all' | 'any', Reduce>> = { all: tf.all, any: tf.any };

const shapes: readonly (readonly [readonly number[], number[] | undefined])[] = [
  [[3, 4], undefined],
  [[3, 4], [0]],
  [[2, 3, 4], [1]],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4, 5],
    [1, 2],
  ],
  [[2, 3, 4, 5], [-1]],
];

const everywhere = (name: string, reduce: Reduce, more: Partial<OpCase> = {}): OpCase[] =>
  shapes.flatMap(([shape, axes]) =>
    [true, false].map((keep) => ({
      name: `${name} over [${axes ?? 'all'}] of [${shape}]${keep ? ', dimensions kept' : ''}`,
      shapes: [shape],
      fn: (x: tf.Tensor) => reduce(x, axes, keep),
      ...more,
    })),
  );

const ofIntegers = (['sum', 'mean', 'max', 'min', 'prod'] as const).flatMap((name): OpCase[] =>
  (['int32', 'bool'] as const).map((type) => ({
    name: `${name} of ${type}`,
    shapes: [[3, 4]],
    dtypes: [type],
    range: [-4, 5],
    differentiable: false,
    fn: (x) => reduceEntries[name]?.(x, [1]) as tf.Tensor,
  })),
);

export const reductionCases: readonly OpCase[] = [
  ...Object.entries(reduceEntries).flatMap(([name, reduce]) =>
    // The product of many small numbers is too small to compare.
    everywhere(name, reduce, name === 'prod' ? { range: [0.6, 1.5] } : {}),
  ),
  ...Object.entries(decide).flatMap(([name, reduce]) =>
    everywhere(name, reduce, { dtypes: ['bool'], differentiable: false }),
  ),
  ...ofIntegers,
  { name: 'sum of what is broadcast', shapes: [[2, 1]], fn: (x) => x.mul(tf.ones([2, 5])).sum(1) },
  {
    name: 'sum of integers that are broadcast',
    shapes: [[2, 1]],
    dtypes: ['int32'],
    range: [-5, 5],
    differentiable: false,
    fn: (x) => x.tile([1, 5]).sum(),
  },
  { name: 'product of what is broadcast', shapes: [[2, 1]], range: [0.6, 1.5], fn: (x) => x.tile([1, 3]).prod(1) },
  { name: 'product of numbers known while tracing', shapes: [[2]], fn: (x) => tf.fill([2, 3], 1.5).prod(1).mul(x) },
  { name: 'mean of what is broadcast', shapes: [[2, 1]], fn: (x) => x.square().broadcastTo([2, 5]).mean() },
  { name: 'norm', shapes: [[3, 5]], fn: (x) => x.norm(2, 1, true) },
  { name: 'norm of absolute values', shapes: [[3, 5]], fn: (x) => x.norm(1, 1) },
  { name: 'largest absolute value', shapes: [[3, 5]], fn: (x) => x.norm(Infinity, 0) },
  { name: 'mean by tf.moments', shapes: [[3, 5]], fn: (x) => tf.moments(x.square(), 1).mean },
];

export const normalisationCases: readonly OpCase[] = [
  { name: 'softmax', shapes: [[3, 5]], fn: (x) => x.mul(3).softmax() },
  { name: 'softmax of five axes', shapes: [[2, 1, 2, 1, 3]], fn: (x) => x.mul(3).softmax() },
  { name: 'logSoftmax', shapes: [[3, 5]], fn: (x) => x.mul(3).logSoftmax() },
  {
    name: 'softmax cross entropy',
    shapes: [[4, 3]],
    fn: (x) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 2, 1, 2], 'int32'), 3), x),
  },
  {
    name: 'layer normalisation',
    shapes: [[2, 3, 8], [8], [8]],
    fn: (x, gain, shift) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(gain).add(shift);
    },
  },
  {
    name: 'batchNorm',
    shapes: [[2, 3, 3, 4], [4], [4], [4], [4]],
    range: [0.5, 1.5],
    fn: (x, mean, variance, scale, offset) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        1e-2,
      ),
  },
  // Where scale or offset are left out, TF.js cannot differentiate it.
  ...(
    [
      ['no offset', false, true],
      ['no scale', true, false],
      ['mean and variance alone', false, false],
    ] as const
  ).map(
    ([what, moved, scaled]): OpCase => ({
      name: `batchNorm, ${what}`,
      shapes: [[5, 4], [4], [4], [4]],
      range: [0.5, 1.5],
      differentiable: false,
      fn: (x, mean, variance, other) =>
        tf.batchNorm2d(
          x as tf.Tensor2D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          moved ? (other as tf.Tensor1D) : undefined,
          scaled ? (other as tf.Tensor1D) : undefined,
        ),
    }),
  ),
];
