import { rowDistance } from '../../attack/distances.ts';
import { adversarial } from './adversarial.ts';
import { attackOn, ROLES } from './roles.ts';
import { type MiningOptions, miningOf, tripletLoss } from './triplet-loss.ts';
import type { Training, TrainingSetting } from './types.ts';

/** TBC: each triplet is drawn together to one point (specification, section 4). */
export function tbc(setting: TrainingSetting, options: MiningOptions = {}): Training {
  const { metric } = setting.loss;
  const attack = attackOn('tbc', ROLES, ({ anchors, positives, negatives }) =>
    rowDistance(positives, negatives, metric)
      .add(rowDistance(anchors, positives, metric))
      .add(rowDistance(anchors, negatives, metric))
      .mean(),
  );
  const turn = { name: 'tbc', attack, loss: tripletLoss(setting) };
  return adversarial(setting, { mining: miningOf(setting, options), turns: [turn] });
}
