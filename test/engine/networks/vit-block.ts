import * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../../../embedding/types.ts';

const WIDTH = 16;
const HEADS = 4;
const HIDDEN = 32;

export const vitBlockParameters: Readonly<Record<string, readonly number[]>> = {
  'norm1.scale': [WIDTH],
  'norm1.shift': [WIDTH],
  'attention.kernel': [WIDTH, 3 * WIDTH],
  'attention.bias': [3 * WIDTH],
  'project.kernel': [WIDTH, WIDTH],
  'project.bias': [WIDTH],
  'norm2.scale': [WIDTH],
  'norm2.shift': [WIDTH],
  'hidden.kernel': [WIDTH, HIDDEN],
  'hidden.bias': [HIDDEN],
  'output.kernel': [HIDDEN, WIDTH],
  'output.bias': [WIDTH],
};

function layerNorm(weights: TensorWeights, name: string, x: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const normalised = x.sub(mean).mul(variance.add(1e-6).rsqrt());
  return normalised.mul(weights[`${name}.scale`] as tf.Tensor).add(weights[`${name}.shift`] as tf.Tensor);
}

/** Tokens x width, flattened over the batch for the matrix product. */
function linear(weights: TensorWeights, name: string, x: tf.Tensor): tf.Tensor {
  const kernel = weights[`${name}.kernel`] as tf.Tensor2D;
  const rows = x.reshape([-1, kernel.shape[0]]) as tf.Tensor2D;
  const y = tf.matMul(rows, kernel).add(weights[`${name}.bias`] as tf.Tensor);
  return y.reshape([...x.shape.slice(0, -1), kernel.shape[1]]);
}

/** Softmax attention of each head over the tokens. */
function attention(weights: TensorWeights, x: tf.Tensor): tf.Tensor {
  const [count = 0, tokens = 0] = x.shape;
  const depth = WIDTH / HEADS;
  const joint = linear(weights, 'attention', x).reshape([count, tokens, 3, HEADS, depth]).transpose([2, 0, 3, 1, 4]);
  const [q, k, v] = tf.unstack(joint) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const shares = tf.softmax(tf.matMul(q, k, false, true).mul(1 / Math.sqrt(depth)));
  const mixed = tf.matMul(shares, v).transpose([0, 2, 1, 3]).reshape([count, tokens, WIDTH]);
  return linear(weights, 'project', mixed);
}

/** GELU with the error function, as vision transformers have it. */
function gelu(x: tf.Tensor): tf.Tensor {
  return x.mul(0.5).mul(tf.erf(x.mul(Math.SQRT1_2)).add(1));
}

/** A block of a vision transformer (Dosovitskiy et al., 2021), normalisation first. @param x N x tokens x 16 */
export function vitBlock(weights: TensorWeights, x: tf.Tensor): tf.Tensor {
  const attended = x.add(attention(weights, layerNorm(weights, 'norm1', x)));
  const hidden = gelu(linear(weights, 'hidden', layerNorm(weights, 'norm2', attended)));
  return attended.add(linear(weights, 'output', hidden));
}
