import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

type Images = tf.Tensor4D;

/** Convolutions and pooling, with channels that fill blocks and channels that do not. */
export const imageCases: readonly OpCase[] = [
  {
    name: 'conv2d',
    shapes: [
      [2, 6, 6, 3],
      [3, 3, 3, 4],
    ],
    fn: (x, w) => tf.conv2d(x as Images, w as Images, 1, 'same'),
  },
  {
    name: 'conv2d, whole blocks and a stride',
    shapes: [
      [1, 6, 5, 16],
      [3, 3, 16, 16],
    ],
    fn: (x, w) => tf.conv2d(x as Images, w as Images, 2, 'same'),
  },
  {
    name: 'conv2d, ReLU and mean',
    shapes: [
      [2, 6, 6, 3],
      [3, 3, 3, 16],
    ],
    fn: (x, w) =>
      tf
        .conv2d(x as Images, w as Images, 1, 'same')
        .relu()
        .mean([1, 2]),
  },
  {
    name: 'depthwiseConv2d',
    shapes: [
      [2, 5, 6, 16],
      [3, 3, 16, 1],
    ],
    fn: (x, w) => tf.depthwiseConv2d(x as Images, w as Images, 1, 'same'),
  },
  {
    name: 'depthwiseConv2d with a multiplier',
    shapes: [
      [2, 6, 6, 3],
      [3, 3, 3, 2],
    ],
    fn: (x, w) => tf.depthwiseConv2d(x as Images, w as Images, 2, 'valid'),
  },
  { name: 'maxPool', shapes: [[2, 6, 6, 8]], fn: (x) => tf.maxPool(x as Images, 3, 2, 'same') },
  { name: 'maxPool of three channels', shapes: [[2, 5, 6, 3]], fn: (x) => tf.maxPool(x as Images, 2, 2, 'valid') },
  { name: 'avgPool', shapes: [[2, 6, 6, 8]], fn: (x) => tf.avgPool(x as Images, 2, 2, 'valid') },
  {
    name: 'avgPool of windows that overlap',
    shapes: [[2, 5, 5, 3]],
    fn: (x) => tf.avgPool(x as Images, 3, 1, 'valid'),
  },
];
