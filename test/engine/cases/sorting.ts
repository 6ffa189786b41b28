import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

/** Whole numbers of a small range: ties. */
const tied = { range: [0, 3] as const, dtypes: ['int32'] as const, differentiable: false };

const places = (['argMax', 'argMin'] as const).flatMap((name): OpCase[] =>
  [
    ...[0, 1, -1].map(
      (axis): OpCase => ({ name: `${name} along axis ${axis}`, shapes: [[3, 4, 5]], fn: (x) => x[name](axis) }),
    ),
    { name: `${name} of one axis`, shapes: [[6]], fn: (x: tf.Tensor) => x[name]() },
    { name: `${name} with ties`, shapes: [[6, 7]], ...tied, fn: (x: tf.Tensor) => x[name](1) },
    { name: `${name} of numbers with ties`, shapes: [[7, 6]], ...tied, fn: (x: tf.Tensor) => x.toFloat()[name](0) },
    { name: `${name} of bools`, shapes: [[4, 5]], dtypes: ['bool'] as const, fn: (x: tf.Tensor) => x[name](1) },
  ].map((test) => ({ ...test, differentiable: false })),
);

export const sortingCases: readonly OpCase[] = [
  ...places,
  { name: 'topk', shapes: [[3, 6]], fn: (x) => tf.topk(x.square(), 3).values },
  { name: 'topk of three axes', shapes: [[2, 3, 5]], fn: (x) => tf.topk(x.square(), 2).values },
  { name: 'topk of one axis', shapes: [[7]], fn: (x) => tf.topk(x.square(), 2).values },
  { name: 'sort, downwards', shapes: [[3, 6]], fn: (x) => tf.topk(x.square(), 6).values.mul(tf.range(0, 6)) },
  { name: 'sort, upwards', shapes: [[3, 6]], fn: (x) => tf.topk(x.square().neg(), 6).values.neg().mul(tf.range(0, 6)) },
  { name: 'places of topk', shapes: [[3, 6]], differentiable: false, fn: (x) => tf.topk(x, 2).indices },
  { name: 'places of topk with ties', shapes: [[4, 9]], ...tied, fn: (x) => tf.topk(x, 9).indices },
  { name: 'topk of integers', shapes: [[4, 9]], ...tied, fn: (x) => tf.topk(x, 4).values },
  { name: 'topk of bools', shapes: [[4, 5]], dtypes: ['bool'], differentiable: false, fn: (x) => tf.topk(x, 3).values },
  { name: 'topk of nothing', shapes: [[3, 6]], differentiable: false, fn: (x) => tf.topk(x, 0).values },
  { name: 'mean of the smallest half', shapes: [[8]], fn: (x) => tf.topk(x.square().neg(), 4).values.neg().mean() },
  {
    name: 'elements at places that a sort found',
    shapes: [[3, 5]],
    fn: (x) => tf.gather(x.square(), tf.topk(x, 2).indices, 1, 1),
  },
  { name: 'rows at places that an argMax found', shapes: [[4, 3]], fn: (x) => x.square().gather(x.argMax(0)) },
];
