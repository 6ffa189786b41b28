import * as tf from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { expectAgreement, type OpCase } from './agreement.ts';

const positive = [0.1, 3] as const;
const unary: OpCase[] = (
  [
    { name: 'neg', fn: (x) => x.neg() },
    { name: 'exp', fn: (x) => x.exp() },
    { name: 'log', fn: (x) => x.log(), range: positive },
    { name: 'sqrt', fn: (x) => x.sqrt(), range: positive },
    { name: 'rsqrt', fn: (x) => x.rsqrt(), range: positive },
    { name: 'square', fn: (x) => x.square() },
    { name: 'abs', fn: (x) => x.abs() },
    { name: 'sign', fn: (x) => x.sign() },
    { name: 'relu', fn: (x) => x.relu() },
    { name: 'step', fn: (x) => x.step(0.2), differentiable: false },
    { name: 'floor', fn: (x) => x.mul(5).floor(), differentiable: false },
    { name: 'ceil', fn: (x) => x.mul(5).ceil(), differentiable: false },
    { name: 'reciprocal', fn: (x) => x.reciprocal(), range: positive },
    { name: 'sigmoid', fn: (x) => x.sigmoid() },
    { name: 'tanh', fn: (x) => x.tanh() },
    { name: 'clip', fn: (x) => x.clipByValue(-0.4, 0.6) },
    { name: 'cast to int and back', fn: (x) => x.mul(9).cast('int32').cast('float32'), differentiable: false },
  ] as Omit<OpCase, 'shapes'>[]
).map((entry) => ({ shapes: [[2, 3, 4]], ...entry }));

const pairs: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [3, 4],
    [3, 4],
  ],
  [[3, 4], [4]],
  [
    [3, 1],
    [1, 4],
  ],
  [[], [2, 3]],
  [[2, 3, 4, 5], [5]],
  [
    [2, 1, 1, 5],
    [2, 3, 4, 5],
  ],
  [[1], [2, 2]],
];
const binary: OpCase[] = [
  { name: 'add', fn: (a: tf.Tensor, b: tf.Tensor) => a.add(b) },
  { name: 'sub', fn: (a: tf.Tensor, b: tf.Tensor) => a.sub(b) },
  { name: 'mul', fn: (a: tf.Tensor, b: tf.Tensor) => a.mul(b) },
  { name: 'div', fn: (a: tf.Tensor, b: tf.Tensor) => a.div(b), range: positive },
  { name: 'pow', fn: (a: tf.Tensor, b: tf.Tensor) => a.pow(b), range: positive },
  { name: 'maximum', fn: (a: tf.Tensor, b: tf.Tensor) => a.maximum(b) },
  { name: 'minimum', fn: (a: tf.Tensor, b: tf.Tensor) => a.minimum(b) },
  { name: 'squaredDifference', fn: (a: tf.Tensor, b: tf.Tensor) => a.squaredDifference(b) },
].flatMap((entry) =>
  pairs.map((shapes) => ({
    ...entry,
    shapes,
    name: `${entry.name} [${shapes[0]}] [${shapes[1]}]`,
    // TF.js's own gradients of these three do not undo broadcasting.
    differentiable:
      !['maximum', 'minimum', 'squaredDifference'].includes(entry.name) || `${shapes[0]}` === `${shapes[1]}`,
  })),
);

const { greater, greaterEqual, less, lessEqual, equal, notEqual } = tf;
const comparisons: OpCase[] = Object.entries({ greater, greaterEqual, less, lessEqual, equal, notEqual }).map(
  ([name, compare]) => ({
    name,
    shapes: [[3, 4], [4]],
    fn: (a, b) => compare(a.mul(2).floor(), b.mul(2).floor()).cast('float32'),
    differentiable: false,
  }),
);

const choices: OpCase[] = [
  {
    name: 'where by comparison',
    shapes: [[3, 4], [4]],
    fn: (a, b) => tf.where(a.greater(b), a, b),
    differentiable: false,
  },
  {
    name: 'where',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    fn: (a, b) => tf.where(tf.tensor2d([1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0], [3, 4], 'bool'), a.square(), b),
  },
  {
    name: 'logical',
    shapes: [[9], [9]],
    fn: (a, b) =>
      tf.logicalOr(tf.logicalAnd(a.greater(0), b.greater(0)), tf.logicalNot(a.greater(-0.5))).cast('float32'),
    differentiable: false,
  },
  {
    name: 'addN',
    shapes: [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
    fn: (a, b, c) => tf.addN([a, b, c]),
  },
  {
    name: 'folded numbers',
    shapes: [[3]],
    fn: (x) =>
      x
        .mul(tf.ones([3]).mul(2).add(1))
        .add(tf.zeros([2, 3]))
        .sub(0)
        .div(1),
  },
];

describe('element-wise lowerings agree with eager TF.js in value and gradient', () => {
  it.each([...unary, ...binary, ...comparisons, ...choices])('$name', async (test) => {
    await expectAgreement(test);
  });
});
