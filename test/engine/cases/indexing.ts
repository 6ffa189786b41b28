import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';
import { ofAnyType } from './shape.ts';

const indices = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
const pairs = (...values: [number, number][]): tf.Tensor2D => tf.tensor2d(values, [values.length, 2], 'int32');
const squared = (x: tf.Tensor): tf.Tensor => (x.dtype === 'float32' ? x.square() : x);

const gathers: OpCase[] = [
  ...ofAnyType('gather rows, some twice,', [[4, 3]], (x) => squared(x).gather(indices(2, 0, 2, 3, 2))),
  { name: 'gather columns', shapes: [[2, 5]], fn: (x) => x.square().gather(indices(4, 1, 4), 1) },
  { name: 'gather along the last axis', shapes: [[2, 3, 5]], fn: (x) => x.square().gather(indices(4, 1, 4), -1) },
  {
    name: 'gather by a matrix',
    shapes: [[4, 3]],
    fn: (x) => x.square().gather(tf.tensor2d([2, 0, 2, 1], [2, 2], 'int32')),
  },
  { name: 'gather one row', shapes: [[4, 3]], fn: (x) => x.square().gather(tf.scalar(2, 'int32')) },
  {
    name: 'gather in batches',
    shapes: [[2, 4, 3]],
    fn: (x) => tf.gather(x.square(), tf.tensor2d([3, 0, 3, 1, 1, 2], [2, 3], 'int32'), 1, 1),
  },
  {
    name: 'gather in batches along a later axis',
    shapes: [[2, 3, 4, 2]],
    fn: (x) => tf.gather(x.square(), tf.tensor2d([3, 0, 1, 1], [2, 2], 'int32'), 2, 1),
  },
  {
    name: 'gather in batches of two axes',
    shapes: [[2, 2, 4]],
    fn: (x) => tf.gather(x.square(), tf.tensor3d([3, 0, 1, 1, 2, 2, 0, 3], [2, 2, 2], 'int32'), 2, 2),
  },
  {
    name: 'gather by places that are computed',
    shapes: [[5, 3], [4]],
    fn: (x, places) =>
      x
        .square()
        .gather(places.mul(2).add(2).floor().toInt())
        .mul(places.reshape([4, 1])),
  },
  ...ofAnyType('gatherND,', [[3, 4]], (x) => tf.gatherND(squared(x), pairs([1, 2], [0, 0], [1, 2]))),
  {
    name: 'gatherND of rows',
    shapes: [[3, 4]],
    fn: (x) => tf.gatherND(x.square(), tf.tensor2d([2, 0, 2], [3, 1], 'int32')),
  },
  { name: 'gatherND of one element', shapes: [[3, 4]], fn: (x) => tf.gatherND(x.square(), indices(1, 3)) },
  {
    name: 'gatherND by a matrix of places',
    shapes: [[3, 4, 2]],
    fn: (x) => tf.gatherND(x.square(), tf.tensor3d([1, 2, 0, 0, 1, 2, 2, 3], [2, 2, 2], 'int32')),
  },
];

export const indexingCases: readonly OpCase[] = [
  ...gathers,
  { name: 'oneHot', shapes: [[3, 4]], fn: (x) => tf.oneHot(indices(1, 3, 0), 4).mul(x) },
  { name: 'oneHot of places outside', shapes: [[3, 4]], fn: (x) => tf.oneHot(indices(-1, 4, 2), 4).mul(x) },
  {
    name: 'oneHot with other numbers',
    shapes: [[2]],
    dtypes: ['int32'],
    range: [0, 4],
    differentiable: false,
    fn: (x) => tf.oneHot(x, 4, 0.9, 0.1, 'float32'),
  },
  {
    name: 'oneHot of integers',
    shapes: [[2, 3]],
    dtypes: ['int32'],
    range: [0, 4],
    differentiable: false,
    fn: (x) => tf.oneHot(x, 4),
  },
  {
    name: 'oneHot of bools',
    shapes: [[5]],
    dtypes: ['int32'],
    range: [0, 3],
    differentiable: false,
    fn: (x) => tf.oneHot(x, 3, 1, 0, 'bool'),
  },
];

const segments = (numbers: number[], count: number, shape: readonly number[]): OpCase => ({
  name: `sum of ${numbers.length} rows of [${shape}] in ${count} segments`,
  shapes: [[numbers.length, ...shape]],
  fn: (x) => tf.unsortedSegmentSum(x.square(), indices(...numbers), count),
});

export const scatterCases: readonly OpCase[] = [
  segments([0, 2, 0, 1, 2], 3, [4]),
  segments([0, 2, 0, 1, 2], 4, []),
  segments([1, 1, 0], 2, [2, 3]),
  // Many segments of few columns: by ScatterElements instead of a product.
  segments([70, 2, 70, 99, 0, 2], 100, [2]),
  segments([70, 2, 70, 99, 0, 2], 100, []),
  // Rows that belong nowhere, on both ways.
  {
    name: 'sum in segments, some of them outside',
    shapes: [[5, 8]],
    fn: (x) => tf.unsortedSegmentSum(x.square(), indices(0, -1, 1, 2, 7), 2),
  },
  {
    name: 'sum in many segments, some of them outside',
    shapes: [[5, 2]],
    fn: (x) => tf.unsortedSegmentSum(x.square(), indices(0, -1, 199, 200, 7), 200),
  },
  {
    name: 'sum of integers in segments',
    shapes: [[4, 3]],
    dtypes: ['int32'],
    range: [-9, 9],
    differentiable: false,
    // The plain backend of TF.js makes floating-point numbers of them.
    fn: (x) => tf.unsortedSegmentSum(x, indices(1, 0, 1, 1), 2).toFloat(),
  },
  {
    name: 'sum in segments that are computed',
    shapes: [[5, 3]],
    fn: (x) => tf.unsortedSegmentSum(x.square(), x.argMax(1).toInt() as tf.Tensor1D, 3),
  },
  { name: 'scatterND', shapes: [[3]], fn: (x) => tf.scatterND(pairs([1, 2], [0, 0], [1, 2]), x.square(), [2, 3]) },
  {
    name: 'scatterND of rows',
    shapes: [[3, 4]],
    fn: (x) => tf.scatterND(tf.tensor2d([2, 0, 2], [3, 1], 'int32'), x.square(), [3, 4]),
  },
  {
    name: 'scatterND of integers',
    shapes: [[3]],
    dtypes: ['int32'],
    range: [-9, 9],
    differentiable: false,
    fn: (x) => tf.scatterND(tf.tensor2d([5, 1, 5], [3, 1], 'int32'), x, [6]),
  },
  {
    name: 'tensorScatterUpdate',
    shapes: [[3, 4], [2]],
    fn: (x, updates) => tf.tensorScatterUpdate(x.square(), pairs([1, 2], [0, 3]), updates.square()),
  },
  {
    name: 'tensorScatterUpdate of rows',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    fn: (x, updates) => tf.tensorScatterUpdate(x.square(), tf.tensor2d([2, 0], [2, 1], 'int32'), updates.square()),
  },
  {
    name: 'tensorScatterUpdate, the later of two',
    shapes: [[4], [3]],
    differentiable: false,
    fn: (x, updates) => tf.tensorScatterUpdate(x, tf.tensor2d([1, 3, 1], [3, 1], 'int32'), updates),
  },
  // TF.js has no gradients of these.
  ...[
    { name: 'sparseToDense', shapes: [[3]], fn: (x: tf.Tensor) => tf.sparseToDense(indices(4, 0, 2), x, [6], 0.5) },
    {
      name: 'sparseToDense of a matrix',
      shapes: [[2]],
      fn: (x: tf.Tensor) => tf.sparseToDense(pairs([1, 0], [0, 2]), x, [2, 3], -1),
    },
    {
      name: 'sparseToDense of one number',
      shapes: [[]],
      fn: (x: tf.Tensor) => tf.sparseToDense(indices(4, 0, 2), x, [6]),
    },
    {
      name: 'bincount',
      shapes: [[9]],
      dtypes: ['int32'] as const,
      fn: (x: tf.Tensor) => tf.bincount(x as tf.Tensor1D, tf.tensor1d([]), 4),
    },
    {
      name: 'bincount with weights',
      shapes: [[9], [9]],
      dtypes: ['int32', 'float32'] as const,
      fn: (x: tf.Tensor, weights: tf.Tensor) => tf.bincount(x as tf.Tensor1D, weights as tf.Tensor1D, 4),
    },
    {
      name: 'denseBincount',
      shapes: [[3, 7]],
      dtypes: ['int32'] as const,
      fn: (x: tf.Tensor) => tf.denseBincount(x as tf.Tensor2D, tf.tensor2d([], [0, 0]), 4),
    },
    {
      name: 'denseBincount, whether it occurs',
      shapes: [[3, 7]],
      dtypes: ['int32'] as const,
      fn: (x: tf.Tensor) => tf.denseBincount(x as tf.Tensor2D, tf.tensor2d([], [0, 0]), 4, true),
    },
  ].map((test): OpCase => ({ ...test, fn: test.fn as OpCase['fn'], range: [0, 5], differentiable: false })),
];
