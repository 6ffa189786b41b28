import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

const methods = { bilinear: tf.image.resizeBilinear, nearest: tf.image.resizeNearestNeighbor };
const sizes: readonly [number, number][] = [
  [6, 10],
  [2, 3],
  [4, 5],
  [7, 1],
  [1, 4],
];
const placements = [
  ['corners at their edges', false, false],
  ['corners aligned', true, false],
  ['half-pixel centres', false, true],
] as const;

export const resizeCases: readonly OpCase[] = [
  ...Object.entries(methods).flatMap(([method, resize]) =>
    sizes.flatMap((size) =>
      placements.map(
        ([how, align, half]): OpCase => ({
          name: `${method} to [${size}], ${how}`,
          shapes: [[2, 4, 5, 3]],
          fn: (x) => resize(x.square() as tf.Tensor4D, size, align, half),
        }),
      ),
    ),
  ),
  { name: 'bilinear of one image', shapes: [[4, 5, 3]], fn: (x) => tf.image.resizeBilinear(x as tf.Tensor3D, [6, 6]) },
  {
    name: 'nearest of integers',
    shapes: [[1, 3, 3, 2]],
    dtypes: ['int32'],
    range: [0, 255],
    differentiable: false,
    fn: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [5, 4]),
  },
  {
    name: 'bilinear of integers',
    shapes: [[1, 3, 3, 2]],
    dtypes: ['int32'],
    range: [0, 255],
    differentiable: false,
    fn: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 4]),
  },
];
