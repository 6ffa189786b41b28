import * as tf from '@tensorflow/tfjs';
import { normalise } from '../../embedding/normalise.ts';
import type { Backbone } from '../../embedding/types.ts';
import { rowDistance } from '../distances.ts';
import type { Objective } from '../types.ts';
import { type Calibration, LEAST_MOVEMENT, thresholdOf } from './calibration.ts';
import { differentiable } from './differentiable/index.ts';
import { transformations } from './transformations/index.ts';
import type { Transformation } from './types.ts';

const COPIES = transformations.length;

/**
 * A backbone that embeds each image and its transformed copies in one pass: unit embeddings one after the other, N x (1 + copies) D.
 * An attack on it is compiled with the metric `E`, for they are not to be normalised together.
 */
export function withDetector(backbone: Backbone): Backbone {
  return {
    ...backbone,
    name: `${backbone.name}-with-detector`,
    dimension: backbone.dimension * (1 + COPIES),
    forward(weights, images) {
      const copies = transformations.map(({ name }) => differentiable[name](images));
      const raw = backbone.forward(weights, tf.concat([images, ...copies], 0));
      return tf.concat(tf.split(normalise(raw), 1 + COPIES, 0), 1) as tf.Tensor2D;
    },
  };
}

/** The adversary stays this far below the threshold, for the rounding that is still to come. */
const MARGIN = 0.1;

/**
 * An objective that also wants not to be suspicious: `weight` times what the detector's statistic has above its threshold is added.
 * The adversary knows the calibration. Constants are those of the objective.
 * @param dimension of one embedding
 */
export function awareOf(objective: Objective, calibration: Calibration, weight: number, dimension: number): Objective {
  const { centres, spreads } = calibration;
  const bound = thresholdOf(calibration) - MARGIN;
  return {
    ...objective,
    name: `${objective.name}-aware`,
    evaluate(embeddings, constants) {
      const count = embeddings.shape[1] / dimension;
      const [own, ...copies] = tf.split(embeddings, count, 1) as [tf.Tensor2D, ...tf.Tensor2D[]];
      const terms = copies.map((copy, i) => {
        const logarithm = rowDistance(copy, own, 'N').add(LEAST_MOVEMENT).log();
        const { weight: share } = transformations[i] as Transformation;
        return logarithm.sub(centres[i] as number).mul(share / (spreads[i] as number));
      });
      const excess = tf.addN(terms).sub(bound).relu();
      return objective.evaluate(own, constants, 'N').add<tf.Tensor1D>(excess.mul(weight));
    },
  };
}
