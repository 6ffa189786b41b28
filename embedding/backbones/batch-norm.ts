import type * as tf from '@tensorflow/tfjs';
import { customGradient } from '../../engine/custom-gradient.ts';
import type { TensorWeights } from '../types.ts';
import { type Shapes, weight } from './layers.ts';

/** What is added to the variance: PyTorch's default. */
export const EPSILON = 1e-5;
const EACH_CHANNEL = [0, 1, 2];

/** Scale and shift, which are trained, and the running mean and variance, which are not. */
export function batchNormShapes(name: string, channels: number): Shapes {
  const kinds = ['scale', 'shift', 'mean', 'variance'];
  return Object.fromEntries(kinds.map((kind) => [`${name}.${kind}`, [channels]]));
}

/** The names of the running statistics among parameters. */
export function runningStatistics(parameters: Readonly<Shapes>): string[] {
  return Object.keys(parameters).filter((name) => name.endsWith('.mean') || name.endsWith('.variance'));
}

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) with its running statistics is a map `x * factor + offset` of each channel:
 * the convolution before it takes the factor into its kernel, and an image is passed over once, for the offset.
 */
export function frozenBatchNorm(weights: TensorWeights, name: string): { factor: tf.Tensor; offset: tf.Tensor } {
  const part = (kind: string): tf.Tensor => weight(weights, `${name}.${kind}`);
  const factor = part('scale').div(part('variance').add(EPSILON).sqrt());
  return { factor, offset: part('shift').sub(part('mean').mul(factor)) };
}

/**
 * Batch normalisation with the statistics of the batch, over N, H and W. The gradient is written out: sums per channel, and
 * one linear map of the upstream gradient and the centred input.
 * @param x N x H x W x C; @param scale C; @param shift C.
 */
export function batchNorm(x: tf.Tensor4D, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor4D {
  const [count, height, width] = x.shape;
  const values = count * height * width;
  const normalised = customGradient([x, scale, shift], ([input, gain, offset], save) => {
    const centred = input.sub(input.mean(EACH_CHANNEL));
    const inverse = centred.square().mean(EACH_CHANNEL).add(EPSILON).rsqrt();
    save([centred, inverse, gain]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [c, r, g] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const sums = dy.sum(EACH_CHANNEL);
      const products = dy.mul(c).sum(EACH_CHANNEL).mul(r);
      // dx = r g (dy - mean(dy) - h mean(dy h)) with h = c r the normalised input
      const slope = r.mul(g);
      const dx = dy
        .mul(slope)
        .sub(c.mul(slope.mul(r).mul(products).div(values)))
        .sub(slope.mul(sums).div(values));
      return [dx, products, sums];
    };
    return { value: centred.mul(inverse.mul(gain)).add(offset), gradFunc };
  });
  return normalised as tf.Tensor4D;
}

/**
 * Mean and unbiased variance of each channel: what running statistics follow, in PyTorch's way. In a compiled program
 * they share the arithmetic of `batchNorm`.
 * @throws RangeError for a single value per channel, which has no variance.
 */
export function batchStatistics(x: tf.Tensor4D): { mean: tf.Tensor; variance: tf.Tensor } {
  const [count, height, width] = x.shape;
  const values = count * height * width;
  if (values < 2) throw new RangeError('the statistics of a batch need more than one value per channel');
  const mean = x.mean(EACH_CHANNEL);
  const spread = x.sub(mean).square().mean(EACH_CHANNEL);
  return { mean, variance: spread.mul(values / (values - 1)) };
}
