import * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../types.ts';

/** Shapes of parameters by their names. */
export type Shapes = Record<string, readonly number[]>;

/** The tensor of that name. @throws RangeError */
export function weight(weights: TensorWeights, name: string): tf.Tensor {
  const tensor = weights[name];
  if (tensor === undefined) throw new RangeError(`no weight named ${name}`);
  return tensor;
}

/** A square kernel (height, width, in, out) and a bias. */
export function convolutionShapes(name: string, size: number, from: number, to: number): Shapes {
  return { [`${name}.kernel`]: [size, size, from, to], [`${name}.bias`]: [to] };
}

/** A convolution at stride one with bias. @param pad pixels of zeros on each side. */
export function convolution(weights: TensorWeights, name: string, x: tf.Tensor4D, pad: number): tf.Tensor4D {
  return tf.conv2d(x, weight(weights, `${name}.kernel`) as tf.Tensor4D, 1, pad).add(weight(weights, `${name}.bias`));
}

/** A matrix (in x out) and a bias. */
export function linearShapes(name: string, from: number, to: number): Shapes {
  return { [`${name}.kernel`]: [from, to], [`${name}.bias`]: [to] };
}

/** Rows x in -> rows x out. */
export function linear(weights: TensorWeights, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(x, weight(weights, `${name}.kernel`) as tf.Tensor2D).add(weight(weights, `${name}.bias`));
}

/**
 * Feature maps as rows, channels fastest: (y, x, c) becomes (y * width + x) * channels + c. PyTorch's `flatten` has channels
 * slowest, (c * height + y) * width + x, so that a matrix that comes from there needs its rows in another order.
 */
export function flatten(x: tf.Tensor4D): tf.Tensor2D {
  const [count, height, width, channels] = x.shape;
  return x.reshape([count, height * width * channels]);
}
