import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../../engine/custom-gradient.ts';

const EPSILON = 1e-5;

/**
 * Group normalisation (Wu and He, 2018) over channels-last images, with scale and shift per channel.
 * Moments are taken per channel first and grouped afterwards on N x C values, so that the image is passed over as a whole
 * only for sums and for linear maps `x * a + b`. The gradient is written out for the same reason.
 * @param x N x H x W x C; @param scale C; @param shift C; @param groups divides C.
 */
export function groupNorm(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D, groups: number): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const area = height * width;
  /** Mean over each group of N x C values, given back to the group's channels, as products with two narrow matrices. */
  const groupMean = (values: tf.Tensor): tf.Tensor => {
    const [sums, members] = [membership(channels, groups, groups / channels), membership(channels, groups, 1)];
    return tf.matMul(tf.matMul(values as tf.Tensor2D, sums), members, false, true);
  };
  const spread = (values: tf.Tensor): tf.Tensor => values.reshape([count, 1, 1, channels]);

  const normalised = customGradient([x, scale, shift], ([input, gain, offset], save) => {
    const mean = groupMean(input.mean([1, 2]));
    // E[x^2] - E[x]^2 spares a pass over the image; rounding must not make it negative.
    const variance = groupMean(input.square().mean([1, 2]))
      .sub(mean.square())
      .relu();
    const inverse = variance.add(EPSILON).rsqrt();
    const slope = inverse.mul(gain);
    const value = input.mul(spread(slope)).add(spread(offset.sub(mean.mul(slope))));
    save([input, mean, inverse, gain]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [image, m, r, g] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const sums = dy.sum([1, 2]);
      // sum of dy h, with h = r (x - m) the normalised input
      const products = dy.mul(image).sum([1, 2]).sub(sums.mul(m)).mul(r);
      // dx = r (g dy - mean(g dy) - h mean(g dy h)), means over the group
      const meanGradient = groupMean(sums.mul(g)).div(area);
      const meanProduct = groupMean(products.mul(g)).div(area);
      const curve = r.square().mul(meanProduct);
      const dx = dy
        .mul(spread(r.mul(g)))
        .add(image.mul(spread(curve.neg())).add(spread(m.mul(curve).sub(r.mul(meanGradient)))));
      return [dx, products.sum(0), sums.sum(0)];
    };
    return { value, gradFunc };
  });
  return normalised as tf.Tensor4D;
}

/** C x groups: `value` where the channel is of the group, else 0. */
function membership(channels: number, groups: number, value: number): tf.Tensor2D {
  const size = channels / groups;
  const data = new Float32Array(channels * groups);
  for (let channel = 0; channel < channels; channel++) data[channel * groups + Math.floor(channel / size)] = value;
  return tf.tensor2d(data, [channels, groups]);
}
