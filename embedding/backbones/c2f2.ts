import * as tf from '@tensorflow/tfjs';
import type { Backbone } from '../types.ts';
import { initialWeights } from './init.ts';
import { convolution, convolutionShapes, flatten, linear, linearShapes } from './layers.ts';

const SIZE = 28;
const DIMENSION = 512;
/** Two halvings leave 7 x 7 pixels of 64 channels. */
const FEATURES = 7 * 7 * 64;

const parameters = {
  ...convolutionShapes('conv1', 5, 1, 32),
  ...convolutionShapes('conv2', 5, 32, 64),
  ...linearShapes('hidden', FEATURES, 1024),
  ...linearShapes('head', 1024, DIMENSION),
};

/**
 * The network of RobRank for MNIST and Fashion-MNIST: two 5x5 convolutions with ReLU and 2x2 maximum pooling, two linear
 * layers. Pixels are not normalised. 3,789,184 parameters.
 */
export const c2f2: Backbone = {
  name: 'c2f2',
  size: SIZE,
  channels: 1,
  dimension: DIMENSION,
  parameters,
  init: (random) => initialWeights(parameters, random),
  forward(weights, images) {
    const block = (name: string, x: tf.Tensor4D): tf.Tensor4D =>
      tf.maxPool(tf.relu(convolution(weights, name, x, 2)), 2, 2, 'valid');
    const features = flatten(block('conv2', block('conv1', images)));
    return linear(weights, 'head', tf.relu(linear(weights, 'hidden', features)));
  },
};
