import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';
import { ofAnyType } from './shape.ts';

const squared = (x: tf.Tensor): tf.Tensor => (x.dtype === 'float32' ? x.square() : x);

/** TF.js has no gradient of a strided slice. */
const strided = (name: string, shape: readonly number[], fn: OpCase['fn']): OpCase => ({
  name: `stridedSlice ${name}`,
  shapes: [shape],
  differentiable: false,
  fn,
});

const mirrors = (['reflect', 'symmetric'] as const).flatMap((mode): OpCase[] => [
  {
    name: `mirrorPad, ${mode}`,
    shapes: [[3, 4]],
    fn: (x) =>
      tf.mirrorPad(
        x.square(),
        [
          [2, 1],
          [0, 3],
        ],
        mode,
      ),
  },
  {
    name: `mirrorPad of images, ${mode}`,
    shapes: [[2, 3, 3, 2]],
    fn: (x) =>
      tf.mirrorPad(
        x.square(),
        [
          [0, 0],
          [1, 2],
          [2, 1],
          [0, 0],
        ],
        mode,
      ),
  },
]);

export const arrangeCases: readonly OpCase[] = [
  ...ofAnyType('reverse', [[2, 3, 4]], (x) => squared(x).reverse([0, -1])),
  { name: 'reverse of all', shapes: [[2, 3]], fn: (x) => x.square().reverse() },
  { name: 'reverse of one axis', shapes: [[2, 3, 2, 2]], fn: (x) => x.square().reverse(2) },
  strided('by twos', [6, 5], (x) => x.stridedSlice([0, 1], [6, 5], [2, 2])),
  strided('backwards', [6], (x) => x.stridedSlice([4], [0], [-2])),
  strided('backwards to the first', [6], (x) => tf.stridedSlice(x, [5], [0], [-1], 0, 1)),
  strided('from the end', [6, 4], (x) => x.stridedSlice([-4, 0], [-1, 3], [1, 2])),
  strided('of one row', [3, 4], (x) => tf.stridedSlice(x, [1, 0], [2, 4], [1, 1], 0, 0, 0, 0, 1)),
  strided('with a new axis', [3, 4], (x) => tf.stridedSlice(x, [0, 0, 1], [3, 0, 3], [1, 1, 1], 0, 0, 0, 2)),
  strided('with an ellipsis', [2, 3, 4], (x) => tf.stridedSlice(x, [0, 1], [0, 3], [1, 1], 0, 0, 1)),
  ...mirrors,
  // TF.js has no gradient of it.
  {
    name: 'depthToSpace',
    shapes: [[2, 2, 3, 8]],
    differentiable: false,
    fn: (x) => tf.depthToSpace(x as tf.Tensor4D, 2),
  },
  {
    name: 'spaceToBatchND',
    shapes: [[1, 4, 5, 2]],
    fn: (x) =>
      tf.spaceToBatchND(
        x.square(),
        [2, 3],
        [
          [0, 2],
          [1, 0],
        ],
      ),
  },
  {
    name: 'batchToSpaceND',
    shapes: [[12, 2, 1, 2]],
    fn: (x) =>
      tf.batchToSpaceND(
        x.square(),
        [2, 3],
        [
          [0, 1],
          [1, 0],
        ],
      ),
  },
];
