import { rowDistance } from '../../attack/distances.ts';
import { adversarial } from './adversarial.ts';
import { attackOn } from './roles.ts';
import { type MiningOptions, miningOf, tripletLoss } from './triplet-loss.ts';
import type { Training, TrainingSetting } from './types.ts';

/** ACT, anti-collapse triplet: positives and negatives are drawn together (specification, section 4.5). */
export function act(setting: TrainingSetting, options: MiningOptions = {}): Training {
  const { metric } = setting.loss;
  const attack = attackOn('act', ['positives', 'negatives'], ({ positives, negatives }) =>
    rowDistance(positives, negatives, metric).mean(),
  );
  const turn = { name: 'act', attack, loss: tripletLoss(setting) };
  return adversarial(setting, { mining: miningOf(setting, options), turns: [turn] });
}
