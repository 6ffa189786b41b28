import * as tf from '@tensorflow/tfjs';

/** Mean and standard deviation of red, green and blue over ImageNet, for pixels in [0,1]. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/**
 * Pixels in [0,1] as the networks that were trained on ImageNet want them. It stays a step of its own: the convolution after
 * it pads with zeros, which are the mean colour and not black, so that its kernel and bias cannot take it over.
 */
export function standardise(images: tf.Tensor4D): tf.Tensor4D {
  return images.sub(tf.tensor1d(MEAN)).div(tf.tensor1d(DEVIATION));
}
