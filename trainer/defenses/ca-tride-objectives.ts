import * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import { withoutGradient } from '../../attack/stop-gradient.ts';
import type { Metric, Objective } from '../../attack/types.ts';
import { nearestHalfMean, tripletRegulariser } from '../losses/index.ts';
import { collapseness } from './collapseness.ts';
import type { CaTrideOptions, Turn } from './options.ts';

type Points = Pick<CaTrideOptions, 'weightSign' | 'anchorGoal' | 'lambda'>;

/**
 * CAP: positives and negatives move so that the collapseness rises to zero. Embeddings 2K x D: positives, then negatives.
 * Constant `anchors` (K x D), clean.
 */
export function candidateObjective({ lambda, weightSign }: Points, metric: Metric): Objective {
  return {
    name: 'catride-candidates',
    evaluate(embeddings, constants) {
      const anchors = constants.anchors as tf.Tensor2D;
      const [positives, negatives] = tf.split(embeddings, 2, 0) as [tf.Tensor2D, tf.Tensor2D];
      const toPositives = rowDistance(positives, anchors, metric);
      const toNegatives = rowDistance(anchors, negatives, metric);
      return collapseness(toPositives, toNegatives, lambda, weightSign).value.neg().relu().reshape([1]);
    },
  };
}

/**
 * ANP: the anchors move. Constants `positives`, `negatives` and `anchors` (K x D), clean. To the collapseness comes a term that
 * drives the anchors from where they were until they have moved as far as their nearest half of negatives is away.
 */
export function anchorObjective({ lambda, weightSign, anchorGoal }: Points, metric: Metric): Objective {
  return {
    name: 'catride-anchors',
    evaluate(embeddings, constants) {
      const { positives, negatives, anchors } = constants as Readonly<Record<string, tf.Tensor2D>>;
      const toPositives = rowDistance(positives as tf.Tensor2D, embeddings, metric);
      const toNegatives = rowDistance(embeddings, negatives as tf.Tensor2D, metric);
      const measure = collapseness(toPositives, toNegatives, lambda, weightSign);
      const moved = rowDistance(embeddings, anchors as tf.Tensor2D, metric).mean();
      const goal = anchorGoal === 'maximise' ? measure.value.neg().relu() : measure.value.relu();
      // The released code takes this weight, exp(-relu(-C)), as a number without gradient.
      const gama = withoutGradient((c) => c.neg().relu().neg().exp(), measure.value);
      return goal.add(gama.mul(nearestHalfMean(toNegatives).sub(moved).relu())).reshape([1]);
    },
  };
}

/** Whether L_TR belongs to the loss of a batch. */
export function usesRegulariser(options: Pick<CaTrideOptions, 'regulariser'>, turn: Turn): boolean {
  return options.regulariser === 'always' || (options.regulariser === 'anchor' && turn === 'anchors');
}

/**
 * The loss of an update on triplets of which some are perturbed (specification, section 3.4): the triplet loss, and L_TR
 * where the options ask for it. Rows normalised for `N`. The margin is 0.2 in the released code whatever the metric.
 */
export function caTrideLoss(
  anchors: tf.Tensor2D,
  positives: tf.Tensor2D,
  negatives: tf.Tensor2D,
  metric: Metric,
  options: { readonly margin: number; readonly regularised: boolean },
): tf.Scalar {
  const near = rowDistance(anchors, positives, metric);
  const far = rowDistance(anchors, negatives, metric);
  const loss: tf.Scalar = near.sub(far).add(options.margin).relu().mean();
  return options.regularised ? loss.add(tripletRegulariser(near, far)) : loss;
}
