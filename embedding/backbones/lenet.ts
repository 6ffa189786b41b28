import * as tf from '@tensorflow/tfjs';
import type { Backbone } from '../types.ts';
import { initialWeights } from './init.ts';
import { convolution, convolutionShapes, flatten, linear, linearShapes } from './layers.ts';

const SIZE = 28;
const DIMENSION = 128;
/** 28 pixels become 24, 12, 8 and 4. */
const FEATURES = 4 * 4 * 50;

const parameters = {
  ...convolutionShapes('conv1', 5, 1, 20),
  ...convolutionShapes('conv2', 5, 20, 50),
  ...linearShapes('hidden', FEATURES, 500),
  ...linearShapes('head', 500, DIMENSION),
};

/**
 * LeNet as RobRank has it, for pictures of 28 x 28: unpadded 5x5 convolutions, each pooled and without a ReLU, and two
 * linear layers. Pixels are not normalised. 490,198 parameters.
 */
export const lenet: Backbone = {
  name: 'lenet',
  size: SIZE,
  channels: 1,
  dimension: DIMENSION,
  parameters,
  init: (random) => initialWeights(parameters, random),
  forward(weights, images) {
    const block = (name: string, x: tf.Tensor4D): tf.Tensor4D =>
      tf.maxPool(convolution(weights, name, x, 0), 2, 2, 'valid');
    const features = flatten(block('conv2', block('conv1', images)));
    return linear(weights, 'head', tf.relu(linear(weights, 'hidden', features)));
  },
};
