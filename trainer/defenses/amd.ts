import type * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { Metric } from '../types.ts';
import { adversarial, previousLoss } from './adversarial.ts';
import { attackOn, ROLES, type Rows } from './roles.ts';
import { type MiningOptions, marginOf, miningOf, tripletLoss } from './triplet-loss.ts';
import type { Turn } from './turn.ts';
import type { Training, TrainingSetting } from './types.ts';

/** `d(a, n) - d(a, p)`: how far a triplet is from being violated. K values. */
function easeOf({ anchors, positives, negatives }: Rows, metric: Metric): tf.Tensor1D {
  return rowDistance(anchors, negatives, metric).sub(rowDistance(anchors, positives, metric));
}

/** AMD, also MMT: all three are perturbed until triplets are violated (specification, section 4). */
export function amd(setting: TrainingSetting, options: MiningOptions = {}): Training {
  const attack = attackOn('amd', ROLES, (rows) => easeOf(rows, setting.loss.metric).mean());
  const turn = { name: 'amd', attack, loss: tripletLoss(setting) };
  return adversarial(setting, { mining: miningOf(setting, options), turns: [turn] });
}

export interface RamdOptions extends MiningOptions {
  /** The anchors that the attack compares with: normalised where the metric asks, or as the network gives them, which is released. */
  readonly anchors?: 'normalised' | 'raw';
}

/** RAMD: like AMD with the anchors left as they are (specification, section 4). */
export function ramd(
  setting: TrainingSetting,
  { anchors: kind = 'normalised', ...options }: RamdOptions = {},
): Training {
  const { metric } = setting.loss;
  const turn: Turn = {
    name: 'ramd',
    attack: attackOn('ramd', ['positives', 'negatives'], (rows, { anchors }) =>
      easeOf({ ...rows, anchors: anchors as tf.Tensor2D }, metric).mean(),
    ),
    compared: ({ clean, raw, triplets }) => ({
      constants: { anchors: takeRows(kind === 'raw' ? raw : clean, triplets.anchors) },
    }),
    loss: tripletLoss(setting),
  };
  return adversarial(setting, { mining: miningOf(setting, options), turns: [turn] });
}

const SETTLED = 1e-7;

/**
 * AMD-semi: like AMD, but no triplet is driven past a floor that falls from the margin to 0 with the loss of the batch before
 * (specification, section 4).
 */
export function amdSemi(setting: TrainingSetting): Training {
  const margin = marginOf(setting.loss);
  const attack = attackOn('amd-semi', ROLES, (rows, { floor }) =>
    easeOf(rows, setting.loss.metric)
      .maximum(floor as tf.Scalar)
      .mean(),
  );
  const turn: Turn = {
    name: 'amd-semi',
    attack: { ...attack, stopChangeBelow: SETTLED },
    compared: ({ memory }) => {
      const share = Math.min(Math.max(previousLoss(memory), 0), margin) / margin;
      return { constants: { floor: { shape: [], data: Float32Array.of(margin * Math.sqrt(share)) } } };
    },
    loss: tripletLoss(setting),
  };
  return adversarial(setting, { mining: miningOf(setting), turns: [turn], remembers: true });
}
