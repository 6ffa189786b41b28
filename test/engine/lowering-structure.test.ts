import * as tf from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { expectAgreement, type OpCase } from './agreement.ts';

const indices = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

const shapes: OpCase[] = [
  { name: 'reshape', shapes: [[2, 3, 4]], fn: (x) => x.square().reshape([6, -1]) },
  { name: 'expandDims', shapes: [[2, 3]], fn: (x) => x.square().expandDims(1).expandDims(-1) },
  { name: 'squeeze', shapes: [[2, 1, 3, 1]], fn: (x) => x.square().squeeze() },
  { name: 'transpose', shapes: [[2, 3, 4]], fn: (x) => x.square().transpose([2, 0, 1]) },
  { name: 'tile of ones', shapes: [[2, 1, 3]], fn: (x) => x.tile([1, 4, 1]) },
  { name: 'tile', shapes: [[2, 3]], fn: (x) => x.tile([2, 2]) },
  { name: 'broadcastTo', shapes: [[1, 3]], fn: (x) => x.broadcastTo([4, 3]) },
  { name: 'slice', shapes: [[4, 5]], fn: (x) => x.square().slice([1, 2], [2, -1]) },
  {
    name: 'pad',
    shapes: [[2, 3]],
    fn: (x) =>
      x.pad(
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
  },
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    fn: (a, b) => tf.concat([a.square(), b], 1),
  },
  {
    name: 'stack',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    fn: (a, b) => tf.stack([a.square(), b], 1),
  },
  { name: 'unstack', shapes: [[3, 2]], fn: (x) => (tf.unstack(x)[1] as tf.Tensor).square() },
  { name: 'split in parts', shapes: [[5, 3]], fn: (x) => (tf.split(x, [2, -1])[1] as tf.Tensor).square() },
  { name: 'slices and differences', shapes: [[4, 3]], fn: (x) => x.slice([2, 0], [2, 3]).sub(x.slice([0, 0], [2, 3])) },
  { name: 'gather rows, some twice', shapes: [[4, 3]], fn: (x) => x.square().gather(indices(2, 0, 2, 3, 2)) },
  { name: 'gather columns', shapes: [[2, 5]], fn: (x) => x.gather(indices(4, 1), 1) },
  { name: 'oneHot', shapes: [[3, 4]], fn: (x) => tf.oneHot(indices(1, 3, 0), 4).mul(x) },
  { name: 'fill', shapes: [[2]], fn: (x) => tf.fill([3, 2], 1.5).mul(x) },
];

const reductionShapes: readonly (readonly [readonly number[], number[] | undefined])[] = [
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
const reductions: OpCase[] = Object.entries({ sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min }).flatMap(
  ([op, reduce]) =>
    reductionShapes.flatMap(([shape, axes]) =>
      [true, false].map((keep) => ({
        name: `${op} over [${axes ?? 'all'}] of [${shape}]${keep ? ', dimensions kept' : ''}`,
        shapes: [shape],
        fn: (x: tf.Tensor) => reduce(x, axes, keep),
      })),
    ),
);

const others: OpCase[] = [
  { name: 'sum of what is broadcast', shapes: [[2, 1]], fn: (x) => x.mul(tf.ones([2, 5])).sum(1) },
  { name: 'mean of what is broadcast', shapes: [[2, 1]], fn: (x) => x.broadcastTo([2, 5]).mean() },
  { name: 'softmax', shapes: [[3, 5]], fn: (x) => x.mul(3).softmax() },
  { name: 'logSoftmax', shapes: [[3, 5]], fn: (x) => x.mul(3).logSoftmax() },
  { name: 'logSumExp', shapes: [[3, 5]], fn: (x) => x.mul(3).logSumExp(1) },
  { name: 'norm', shapes: [[3, 5]], fn: (x) => x.norm(2, 1, true) },
  { name: 'topk', shapes: [[3, 6]], fn: (x) => tf.topk(x, 3).values, differentiable: false },
  { name: 'topk indices', shapes: [[3, 6]], fn: (x) => tf.topk(x, 2).indices.cast('float32'), differentiable: false },
  { name: 'argMax', shapes: [[3, 6]], fn: (x) => x.argMax(1).cast('float32'), differentiable: false },
  {
    name: 'matMul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    fn: (a, b) => tf.matMul(a, b),
  },
  {
    name: 'matMul a^T',
    shapes: [
      [4, 3],
      [4, 2],
    ],
    fn: (a, b) => tf.matMul(a, b, true),
  },
  {
    name: 'matMul b^T',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    fn: (a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'matMul a^T b^T',
    shapes: [
      [4, 3],
      [2, 4],
    ],
    fn: (a, b) => tf.matMul(a, b, true, true),
  },
  {
    name: 'batched matMul',
    shapes: [
      [5, 3, 4],
      [5, 2, 4],
    ],
    fn: (a, b) => tf.matMul(a, b, false, true),
  },
];

describe('structural lowerings agree with eager TF.js in value and gradient', () => {
  it.each([...shapes, ...reductions, ...others])('$name', async (test) => {
    await expectAgreement(test);
  });
});
