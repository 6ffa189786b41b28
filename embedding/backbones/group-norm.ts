import type * as tf from '@tensorflow/tfjs';
import { customGradient } from '../../engine/custom-gradient.ts';

const EPSILON = 1e-5;

/**
 * Group normalisation (Wu and He, 2018) over channels-last images, with scale and shift per channel.
 * All moments are taken per channel first and grouped afterwards on N x C values, so that the image is passed over
 * as a whole only for sums and for one linear map `x * a + b`. The gradient is written out for the same reason.
 * @param x N x H x W x C; @param scale C; @param shift C; @param groups divides C.
 */
export function groupNorm(x: tf.Tensor4D, scale: tf.Tensor1D, shift: tf.Tensor1D, groups: number): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const area = height * width;
  const perChannel = [count, 1, 1, channels] as const;

  /** Mean over each group of N x C values, given back to the group's channels. */
  const groupMean = (values: tf.Tensor): tf.Tensor => {
    const grouped = values.reshape([count, groups, channels / groups]);
    const means = grouped.mean(2, true).broadcastTo([count, groups, channels / groups]);
    return means.reshape([count, channels]);
  };
  const spread = (values: tf.Tensor): tf.Tensor => values.reshape([...perChannel]);

  const normalised = customGradient([x, scale, shift], ([input, gain, offset], save) => {
    const mean = groupMean(input.mean([1, 2]));
    const centred = input.sub(spread(mean));
    const variance = groupMean(centred.square().mean([1, 2]));
    const inverse = variance.add(EPSILON).rsqrt();
    const value = centred.mul(spread(inverse.mul(gain))).add(offset);
    save([centred, inverse, gain]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [c, r, g] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const sums = dy.sum([1, 2]);
      const products = dy.mul(c).sum([1, 2]).mul(r);
      // dx = r (g dy - mean(g dy) - h mean(g dy h)) with h = c r the normalised input, means over the group
      const meanGradient = groupMean(sums.mul(g)).div(area);
      const meanProduct = groupMean(products.mul(g)).div(area);
      const dx = dy
        .mul(spread(r.mul(g)))
        .sub(c.mul(spread(r.mul(r).mul(meanProduct))))
        .sub(spread(r.mul(meanGradient)));
      return [dx, products.sum(0), sums.sum(0)];
    };
    return { value, gradFunc };
  });
  return normalised as tf.Tensor4D;
}
