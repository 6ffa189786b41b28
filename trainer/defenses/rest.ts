import { takeRows } from '../../engine/arrays.ts';
import { adversarial } from './adversarial.ts';
import { type Role, rowsIn } from './roles.ts';
import { shift, shiftFrom } from './shift.ts';
import { type MiningOptions, miningOf, tripletLoss } from './triplet-loss.ts';
import type { Turn } from './turn.ts';
import type { Training, TrainingSetting } from './types.ts';

const CANDIDATES: readonly Role[] = ['positives', 'negatives'];

/** REST: the embeddings of positives and negatives are driven from where they were (specification, section 4.4). */
export function rest(setting: TrainingSetting, options: MiningOptions = {}): Training {
  const turn: Turn = {
    name: 'rest',
    attack: { perturbed: CANDIDATES, objective: shift },
    compared: ({ raw, triplets, batch }) => shiftFrom(takeRows(raw, rowsIn(CANDIDATES, triplets)), batch.random),
    loss: tripletLoss(setting),
  };
  return adversarial(setting, { mining: miningOf(setting, options), turns: [turn] });
}
