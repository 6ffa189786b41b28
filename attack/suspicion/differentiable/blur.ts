import type * as tf from '@tensorflow/tfjs';
import { repeatEdges, sliceAlong } from './edges.ts';

/** `blur` of pixels in [0,1], without its rounding. */
export function blur(images: tf.Tensor4D): tf.Tensor4D {
  return along(along(images, 1), 2);
}

function along(images: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const length = images.shape[axis];
  const wide = repeatEdges(images, axis, 1, 1);
  const neighbours = sliceAlong(wide, axis, 0, length).add(sliceAlong(wide, axis, 2, length));
  return neighbours.add(images.mul(2)).div(4);
}
