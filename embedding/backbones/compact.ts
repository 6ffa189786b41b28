import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random.ts';
import { ndarray, sizeOf, zeros } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Backbone, TensorWeights, Weights } from '../types.ts';
import { groupNorm } from './group-norm.ts';
import { weight } from './layers.ts';

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

function convParameters(name: string, size: number, from: number, to: number): Record<string, number[]> {
  return { [`${name}.kernel`]: [size, size, from, to], [`${name}.scale`]: [to], [`${name}.shift`]: [to] };
}

const parameters: Readonly<Record<string, readonly number[]>> = Object.assign(
  convParameters('stem', 3, 3, STEM),
  ...BLOCKS.map(({ channels, stride }, i) => {
    const [name, from] = [`block${i + 1}`, BLOCKS[i - 1]?.channels ?? STEM];
    return {
      ...convParameters(`${name}.first`, 3, from, channels),
      ...convParameters(`${name}.second`, 3, channels, channels),
      ...(stride === 1 ? {} : convParameters(`${name}.shortcut`, 1, from, channels)),
    };
  }),
  { 'head.kernel': [FEATURES, DIMENSION], 'head.bias': [DIMENSION] },
);

/** He initialisation (2015) for kernels followed by a ReLU, unit scales, zero shifts. */
function init(random: Random): Weights {
  const make = (name: string, shape: readonly number[]): NdArray => {
    if (name.endsWith('.scale')) return ndarray(new Float32Array(sizeOf(shape)).fill(1), shape);
    if (!name.endsWith('.kernel')) return zeros(shape);
    const source = random.fork(name);
    const deviation = Math.sqrt((name === 'head.kernel' ? 1 : 2) / sizeOf(shape.slice(0, -1)));
    return ndarray(
      Float32Array.from({ length: sizeOf(shape) }, () => source.normal() * deviation),
      shape,
    );
  };
  return Object.fromEntries(Object.entries(parameters).map(([name, shape]) => [name, make(name, shape)]));
}

/**
 * A small residual network for 32 x 32 drawings: a 3x3 stride-2 stem, one block each of 32, 64 and 128 channels,
 * group normalisation, flattened features, one linear layer. 0.57 M parameters, 12.5 M multiply-adds per image.
 */
export const compact: Backbone = {
  name: 'compact',
  size: SIZE,
  channels: 3,
  dimension: DIMENSION,
  parameters,
  init,
  forward,
};
