import * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../../../embedding/types.ts';

const CHANNELS = 8;
const INNER = 24;

export const invertedResidualParameters: Readonly<Record<string, readonly number[]>> = {
  'expand.kernel': [1, 1, CHANNELS, INNER],
  'expand.bias': [INNER],
  'depthwise.kernel': [3, 3, INNER, 1],
  'depthwise.bias': [INNER],
  'project.kernel': [1, 1, INNER, CHANNELS],
  'project.bias': [CHANNELS],
};

function part<T extends tf.Tensor>(weights: TensorWeights, name: string): T {
  return weights[name] as T;
}

/**
 * An inverted residual of MobileNetV2 (Sandler et al., 2018) with its batch normalisation folded away: expansion, depthwise
 * 3x3 and projection, the first two with ReLU6. At stride one its input is added. @param x N x H x W x 8
 */
export function invertedResidual(weights: TensorWeights, x: tf.Tensor4D, stride: 1 | 2): tf.Tensor4D {
  const expanded = tf.conv2d(x, part<tf.Tensor4D>(weights, 'expand.kernel'), 1, 0);
  const inner = tf.relu6(expanded.add<tf.Tensor4D>(part(weights, 'expand.bias')));
  const filtered = tf.depthwiseConv2d(inner, part<tf.Tensor4D>(weights, 'depthwise.kernel'), stride, 1);
  const active = tf.relu6(filtered.add<tf.Tensor4D>(part(weights, 'depthwise.bias')));
  const projected = tf.conv2d(active, part<tf.Tensor4D>(weights, 'project.kernel'), 1, 0);
  const y = projected.add<tf.Tensor4D>(part(weights, 'project.bias'));
  return stride === 1 ? y.add(x) : y;
}
