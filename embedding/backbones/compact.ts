import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Backbone, TensorWeights, Weights } from '../types.ts';
import { groupNorm } from './group-norm.ts';

const SIZE = 32;
const DIMENSION = 128;
const GROUPS = 8;
const STEM = 32;
/** Channels and stride of the residual blocks. */
const BLOCKS = [
  { channels: 32, stride: 1 },
  { channels: 64, stride: 2 },
  { channels: 128, stride: 2 },
] as const;
/** The last feature map is flattened, not pooled: where a part of a drawing lies is worth ten points of R@1. */
const FEATURES = 4 * 4 * 128;

function weight(weights: TensorWeights, name: string): tf.Tensor {
  const tensor = weights[name];
  if (tensor === undefined) throw new RangeError(`no weight named ${name}`);
  return tensor;
}

function conv(weights: TensorWeights, name: string, x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const y = tf.conv2d(x, weight(weights, `${name}.kernel`) as tf.Tensor4D, stride, 'same');
  return groupNorm(
    y,
    weight(weights, `${name}.scale`) as tf.Tensor1D,
    weight(weights, `${name}.shift`) as tf.Tensor1D,
    GROUPS,
  );
}

function block(weights: TensorWeights, name: string, x: tf.Tensor4D, stride: number): tf.Tensor4D {
  const inner = conv(weights, `${name}.first`, x, stride).relu() as tf.Tensor4D;
  const outer = conv(weights, `${name}.second`, inner, 1);
  const shortcut = stride === 1 ? x : conv(weights, `${name}.shortcut`, x, stride);
  return outer.add(shortcut).relu() as tf.Tensor4D;
}

function forward(weights: TensorWeights, images: tf.Tensor4D): tf.Tensor2D {
  // Pixels are centred so that white paper, most of a drawing, is not the loudest signal of the stem.
  let x = conv(weights, 'stem', images.sub(0.5).mul(4) as tf.Tensor4D, 2).relu() as tf.Tensor4D;
  BLOCKS.forEach(({ stride }, i) => {
    x = block(weights, `block${i + 1}`, x, stride);
  });
  const features = x.reshape([images.shape[0], FEATURES]) as tf.Tensor2D;
  return tf.matMul(features, weight(weights, 'head.kernel') as tf.Tensor2D).add(weight(weights, 'head.bias'));
}

function normal(random: Random, shape: readonly number[], fanIn: number, gain: number): NdArray {
  const deviation = Math.sqrt(gain / fanIn);
  const length = shape.reduce((product, size) => product * size, 1);
  return ndarray(
    Float32Array.from({ length }, () => random.normal() * deviation),
    shape,
  );
}

/** He initialisation (2015) for the convolutions; unit scales; the second convolution of a block starts at full scale too. */
function init(random: Random): Weights {
  const weights: Record<string, NdArray> = {};
  const addConv = (name: string, size: number, from: number, to: number, scale = 1): void => {
    weights[`${name}.kernel`] = normal(random.fork(name), [size, size, from, to], size * size * from, 2);
    weights[`${name}.scale`] = ndarray(new Float32Array(to).fill(scale), [to]);
    weights[`${name}.shift`] = ndarray(new Float32Array(to), [to]);
  };
  addConv('stem', 3, 3, STEM);
  let from = STEM;
  BLOCKS.forEach(({ channels, stride }, i) => {
    addConv(`block${i + 1}.first`, 3, from, channels);
    addConv(`block${i + 1}.second`, 3, channels, channels);
    if (stride !== 1) addConv(`block${i + 1}.shortcut`, 1, from, channels);
    from = channels;
  });
  weights['head.kernel'] = normal(random.fork('head'), [FEATURES, DIMENSION], FEATURES, 1);
  weights['head.bias'] = ndarray(new Float32Array(DIMENSION), [DIMENSION]);
  return weights;
}

/**
 * A small residual network for 32 x 32 drawings: a 3x3 stride-2 stem, one block each of 32, 64 and 128 channels,
 * group normalisation, flattened features, one linear layer. 0.57 M parameters, 12.5 M multiply-adds per image.
 */
export const compact: Backbone = { name: 'compact', size: SIZE, dimension: DIMENSION, init, forward };
