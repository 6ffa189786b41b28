import * as tf from '@tensorflow/tfjs';

/** Images with their first rows (axis 1) or columns (axis 2) repeated `before` times, their last `after` times. */
export function repeatEdges(images: tf.Tensor4D, axis: 1 | 2, before: number, after: number): tf.Tensor4D {
  const length = images.shape[axis];
  const one = (at: number): tf.Tensor4D => sliceAlong(images, axis, at, 1);
  return tf.concat(
    [...Array.from({ length: before }, () => one(0)), images, ...Array.from({ length: after }, () => one(length - 1))],
    axis,
  );
}

/** The rows or columns from `start` on. */
export function sliceAlong(images: tf.Tensor4D, axis: 1 | 2, start: number, count: number): tf.Tensor4D {
  const begin: [number, number, number, number] = [0, 0, 0, 0];
  const size: [number, number, number, number] = [...images.shape];
  begin[axis] = start;
  size[axis] = count;
  return images.slice(begin, size);
}
