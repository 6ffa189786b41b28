import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

type Entry = Omit<OpCase, 'shapes' | 'name'>;
type Shapes = readonly [readonly number[], readonly number[]];
const positive = [0.3, 3] as const;

/** Every function of two elements, with the range in which it is smooth, or at least defined. */
export const binaryEntries: Readonly<Record<string, Entry>> = {
  add: { fn: (a, b) => a.add(b) },
  atan2: { fn: (a, b) => tf.atan2(a, b) },
  div: { fn: (a, b) => a.div(b), range: positive },
  divNoNan: { fn: (a, b) => tf.divNoNan(a, b), range: positive },
  floorDiv: { fn: (a, b) => tf.floorDiv(a, b), range: [0.3, 9], differentiable: false },
  maximum: { fn: (a, b) => a.maximum(b) },
  minimum: { fn: (a, b) => a.minimum(b) },
  mod: { fn: (a, b) => a.mod(b), range: [0.3, 9], differentiable: false },
  mul: { fn: (a, b) => a.mul(b) },
  pow: { fn: (a, b) => a.pow(b), range: positive },
  squaredDifference: { fn: (a, b) => a.squaredDifference(b) },
  sub: { fn: (a, b) => a.sub(b) },
};

const { greater, greaterEqual, less, lessEqual, equal, notEqual } = tf;
export const comparisons = { greater, greaterEqual, less, lessEqual, equal, notEqual };
export const connectives = { logicalAnd: tf.logicalAnd, logicalOr: tf.logicalOr, logicalXor: tf.logicalXor };

export const broadcasts: readonly Shapes[] = [
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

const arithmetic: OpCase[] = Object.entries(binaryEntries).flatMap(([name, entry]) =>
  broadcasts.map((shapes) => ({ ...entry, name: `${name} [${shapes[0]}] [${shapes[1]}]`, shapes })),
);

/** With divisors of both signs and zeros among them. */
const integers: OpCase[] = Object.entries(binaryEntries)
  .filter(([name]) => name !== 'atan2')
  .map(([name, { fn }]) => ({
    name: `${name} of integers`,
    shapes: [[4, 9], [9]],
    dtypes: ['int32', 'int32'],
    range: name === 'pow' ? [0, 4] : [-7, 7],
    differentiable: false,
    fn,
  }));

const decisions: OpCase[] = [
  ...Object.entries(comparisons).flatMap(([name, compare]) =>
    (['float32', 'int32', 'bool'] as const).map(
      (type): OpCase => ({
        name: `${name} of ${type}`,
        shapes: [[3, 4], [4]],
        dtypes: [type, type],
        range: [-2, 3],
        differentiable: false,
        fn: (a, b) => compare(type === 'float32' ? a.floor() : a, type === 'float32' ? b.floor() : b),
      }),
    ),
  ),
  ...Object.entries(connectives).map(
    ([name, connect]): OpCase => ({
      name,
      shapes: [[3, 4], [4]],
      dtypes: ['bool', 'bool'],
      differentiable: false,
      fn: (a, b) => connect(a, b),
    }),
  ),
  { name: 'logicalNot', shapes: [[6]], dtypes: ['bool'], differentiable: false, fn: (x) => tf.logicalNot(x) },
];

const conditions: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [
    [3, 4],
    [3, 4],
    [3, 4],
  ],
  [[3, 1], [4], [3, 4]],
  [[4], [3, 4], []],
  [[1], [2, 3, 1, 2], [4, 2]],
  [
    [2, 3, 4, 5],
    [2, 3, 4, 5],
    [1, 1, 1, 5],
  ],
];

const choices: OpCase[] = [
  ...conditions.flatMap((shapes) =>
    (['float32', 'int32', 'bool'] as const).map(
      (type): OpCase => ({
        name: `where [${shapes.join('] [')}] of ${type}`,
        shapes,
        dtypes: ['bool', type, type],
        range: [-5, 5],
        differentiable: type === 'float32',
        fn: (condition, a, b) => tf.where(condition, a, b),
      }),
    ),
  ),
  {
    name: 'where, by comparisons that nothing passes through',
    shapes: [[3, 4], [4]],
    fn: (a, b) => {
      const both = tf.logicalAnd(a.greater(b), tf.logicalNot(tf.logicalOr(a.less(-0.5), a.equal(0.25))));
      return tf.where(both, a.square(), b.mul(3));
    },
  },
  {
    name: 'where, by decisions over axes',
    shapes: [[3, 4]],
    fn: (x) => tf.where(tf.any(x.greater(0), 1, true), tf.where(tf.all(x.less(0)), x, x.square()), x.mul(3)),
  },
  {
    name: 'a mask made of whole numbers',
    shapes: [[3, 4]],
    fn: (x) =>
      x
        .mul(0.1)
        .add(2.5)
        .toInt()
        .greaterEqual(tf.range(0, 4, 1, 'int32'))
        .toFloat()
        .mul(x),
  },
  {
    name: 'floorDiv, which small changes do not pass',
    shapes: [[3, 4], [4]],
    fn: (a, b) => tf.floorDiv(a.mul(0.1).add(10), b.mul(0.01).add(3.1)).toFloat().add(a).add(b),
  },
  {
    name: 'where, by a constant condition',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    fn: (a, b) => tf.where(tf.tensor2d([1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0], [3, 4], 'bool'), a.square(), b),
  },
  {
    name: 'a mask made of a comparison',
    shapes: [[3, 4]],
    fn: (x) => x.mul(x.lessEqual(0.3).logicalAnd(x.greaterEqual(-0.7)).toFloat()).mul(x.notEqual(0).toFloat()),
  },
];

export const binaryCases: readonly OpCase[] = [
  ...arithmetic,
  ...integers,
  ...decisions,
  ...choices,
  {
    name: 'addN',
    shapes: [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
    fn: (...list) => tf.addN(list),
  },
  {
    name: 'addN of integers',
    shapes: [[3], [3]],
    dtypes: ['int32', 'int32'],
    range: [-9, 9],
    differentiable: false,
    fn: (...list) => tf.addN(list),
  },
  {
    name: 'product of bools',
    shapes: [[3, 4], [4]],
    dtypes: ['bool', 'bool'],
    differentiable: false,
    fn: (a, b) => a.mul(b),
  },
  {
    name: 'product of a bool and a number',
    shapes: [[3, 4], [4]],
    dtypes: ['bool', 'float32'],
    fn: (a, b) => a.mul(b),
  },
  {
    name: 'maximum of bools',
    shapes: [[3, 4], [4]],
    dtypes: ['bool', 'bool'],
    differentiable: false,
    fn: (a, b) => a.maximum(b),
  },
  {
    name: 'bitwiseAnd',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    dtypes: ['int32', 'int32'],
    range: [-99, 99],
    differentiable: false,
    fn: (a, b) => tf.bitwiseAnd(a, b),
  },
  {
    name: 'integers and numbers',
    shapes: [[3, 4], [4]],
    dtypes: ['int32', 'float32'],
    range: [1, 5],
    fn: (a, b) => a.add(b).mul(a).div(b),
  },
  {
    name: 'numbers that are known while tracing',
    shapes: [[3]],
    fn: (x) =>
      x
        .mul(tf.ones([3]).mul(2).add(1))
        .add(tf.zeros([2, 3]))
        .sub(0)
        .div(1),
  },
  {
    name: 'integers that are known while tracing',
    shapes: [[3]],
    dtypes: ['int32'],
    range: [-5, 5],
    differentiable: false,
    fn: (x) =>
      x
        .mul(tf.fill([3], 7, 'int32').floorDiv(tf.scalar(2, 'int32')))
        .sub(tf.ones([2, 3], 'int32'))
        .transpose(),
  },
  { name: 'a number of higher rank', shapes: [[3]], fn: (x) => tf.fill([2, 3], 2).add(x).transpose() },
  { name: 'a zero of higher rank', shapes: [[3]], fn: (x) => tf.zeros([2, 3]).add(x).transpose().square() },
  { name: 'sum of a zero of higher rank', shapes: [[3]], fn: (x) => tf.zeros([2, 3]).add(x).square().sum(0) },
];
