import type * as tf from '@tensorflow/tfjs';
import { distanceOf } from '../transformations/shift.ts';
import { repeatEdges, sliceAlong } from './edges.ts';

/** `shift` of pixels in [0,1]. */
export function shift(images: tf.Tensor4D): tf.Tensor4D {
  const [, size] = images.shape;
  const distance = distanceOf({ size });
  const down = repeatEdges(sliceAlong(images, 1, 0, size - distance), 1, distance, 0);
  return repeatEdges(sliceAlong(down, 2, 0, size - distance), 2, distance, 0);
}
