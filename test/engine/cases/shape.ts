import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

const types = ['float32', 'int32', 'bool'] as const;

/** The same movement of floating-point numbers, integers and bools. */
export const ofAnyType = (name: string, shapes: OpCase['shapes'], fn: OpCase['fn']): OpCase[] =>
  types.map((type) => ({
    name: `${name} of ${type}`,
    shapes,
    dtypes: shapes.map(() => type),
    range: [-9, 9],
    differentiable: type === 'float32',
    fn,
  }));

/** Squares what can be squared: a gradient that only moves numbers hides mistakes that weigh all alike. */
const squared = (x: tf.Tensor): tf.Tensor => (x.dtype === 'float32' ? x.square() : x);

export const shapeCases: readonly OpCase[] = [
  { name: 'reshape', shapes: [[2, 3, 4]], fn: (x) => x.square().reshape([6, -1]) },
  { name: 'expandDims', shapes: [[2, 3]], fn: (x) => x.square().expandDims(1).expandDims(-1) },
  { name: 'squeeze', shapes: [[2, 1, 3, 1]], fn: (x) => x.square().squeeze() },
  { name: 'identity', shapes: [[2, 3]], fn: (x) => x.clone().square() },
  ...ofAnyType('transpose', [[2, 3, 4]], (x) => squared(x).transpose([2, 0, 1])),
  ...ofAnyType('tile of ones', [[2, 1, 3]], (x) => squared(x).tile([1, 4, 1])),
  ...ofAnyType('tile', [[2, 3]], (x) => squared(x).tile([2, 2])),
  { name: 'tile of five axes', shapes: [[1, 2, 1, 2, 2]], fn: (x) => x.square().tile([3, 1, 2, 2, 1]) },
  ...ofAnyType('broadcastTo', [[1, 3]], (x) => squared(x).broadcastTo([4, 3])),
  { name: 'broadcastTo more axes', shapes: [[3, 1]], fn: (x) => x.square().broadcastTo([2, 3, 4]) },
  ...ofAnyType('slice', [[4, 5]], (x) => squared(x).slice([1, 2], [2, -1])),
  { name: 'slice of what is broadcast', shapes: [[1, 3]], fn: (x) => x.square().tile([4, 1]).slice([1, 1], [2, 2]) },
  ...ofAnyType('pad', [[2, 3]], (x) =>
    squared(x).pad([
      [1, 0],
      [2, 1],
    ]),
  ),
  {
    name: 'pad with a number',
    shapes: [[2, 3]],
    fn: (x) =>
      x.square().pad(
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
  },
  ...ofAnyType(
    'concat',
    [
      [2, 3],
      [2, 1],
    ],
    (a, b) => tf.concat([squared(a), b], 1),
  ),
  { name: 'concat with nothing', shapes: [[2, 3]], fn: (x) => tf.concat([x.square(), tf.zeros([2, 0])], 1) },
  ...ofAnyType(
    'stack',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.stack([squared(a), b], 1),
  ),
  { name: 'stack at the end', shapes: [[2, 3]], fn: (x) => tf.stack([x.square(), x], -1) },
  { name: 'unstack', shapes: [[3, 2]], fn: (x) => (tf.unstack(x)[1] as tf.Tensor).square() },
  { name: 'unstack of the last axis', shapes: [[3, 2]], fn: (x) => (tf.unstack(x, -1)[1] as tf.Tensor).square() },
  { name: 'split in parts', shapes: [[5, 3]], fn: (x) => (tf.split(x, [2, -1])[1] as tf.Tensor).square() },
  { name: 'split in halves', shapes: [[2, 4]], fn: (x) => (tf.split(x, 2, -1)[1] as tf.Tensor).square() },
  { name: 'slices and differences', shapes: [[4, 3]], fn: (x) => x.slice([2, 0], [2, 3]).sub(x.slice([0, 0], [2, 3])) },
];

export const generateCases: readonly OpCase[] = [
  { name: 'fill', shapes: [[2]], fn: (x) => tf.fill([3, 2], 1.5).mul(x) },
  { name: 'zerosLike and onesLike', shapes: [[2, 3]], fn: (x) => tf.onesLike(x).mul(3).sub(tf.zerosLike(x)).mul(x) },
  { name: 'onesLike of integers', shapes: [[2]], dtypes: ['int32'], differentiable: false, fn: (x) => tf.onesLike(x) },
  { name: 'eye', shapes: [[3, 3]], fn: (x) => tf.eye(3).mul(x) },
  { name: 'linspace', shapes: [[5]], fn: (x) => tf.linspace(-1, 3, 5).mul(x) },
  { name: 'linspace of one number', shapes: [[1]], fn: (x) => tf.linspace(2, 3, 1).mul(x) },
  ...(
    [
      [0, 5, 1],
      [2, 9, 3],
      [5, 0, 1],
      [5, 0, -2],
      [1, 2, 0.25],
      [3, 3, 1],
      [0, 5, -1],
    ] as const
  ).map(
    ([start, stop, step]): OpCase => ({
      name: `range from ${start} to ${stop} by ${step}`,
      shapes: [[1]],
      differentiable: false,
      fn: (x) => tf.range(start, stop, step).add(x),
    }),
  ),
  {
    name: 'range of integers',
    shapes: [[4]],
    dtypes: ['int32'],
    differentiable: false,
    fn: (x) => tf.range(2, 6, 1, 'int32').mul(x),
  },
];
