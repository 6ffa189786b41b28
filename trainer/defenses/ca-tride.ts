import type * as tf from '@tensorflow/tfjs';
import type { Objective } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { takeRows } from '../../engine/arrays.ts';
import { miners } from '../miners/index.ts';
import { adversarial } from './adversarial.ts';
import { anchorObjective, candidateObjective, caTrideLoss, usesRegulariser } from './ca-tride-objectives.ts';
import { collapsenessOf } from './collapseness.ts';
import { type CaTrideOptions, STOP_BELOW, stepShare, TURNS, type Turn as TurnName } from './options.ts';
import type { Scene } from './scene.ts';
import type { RowsLoss, Turn } from './turn.ts';
import type { Training, TrainingSetting } from './types.ts';

/** The rows of some roles, clean and raw, for an objective, by role. */
function cleanRows({ raw, triplets }: Scene, roles: readonly (keyof Scene['triplets'])[]) {
  return { constants: Object.fromEntries(roles.map((role) => [role, takeRows(raw, triplets[role])])) };
}

/**
 * An objective that is given raw rows to compare with. They are normalised by the same arithmetic as the images' embeddings,
 * so that anchors which have not moved are at no distance but the offset's, which their first step follows.
 */
function onRaw(objective: Objective): Objective {
  return {
    name: objective.name,
    evaluate(embeddings, constants, metric) {
      if (metric === 'E') return objective.evaluate(embeddings, constants, metric);
      const unit = Object.entries(constants).map(([name, rows]) => [name, normalise(rows as tf.Tensor2D)]);
      return objective.evaluate(embeddings, Object.fromEntries(unit), metric);
    },
  };
}

/**
 * CA-TRIDE (specification, section 4.7): candidates and anchors are perturbed in turn against the collapseness of the batch,
 * and the update is made on the perturbed triplets. @param turns one alone is CA-CAP or CA-ANP.
 */
export function caTride(
  setting: TrainingSetting,
  options: CaTrideOptions,
  turns: readonly [TurnName, ...TurnName[]] = TURNS,
): Training {
  const { metric } = setting.loss;
  const { margin, budget } = options;
  const lossIn = (turn: TurnName): RowsLoss => {
    const regularised = usesRegulariser(options, turn);
    return {
      evaluate: ({ anchors, positives, negatives }) =>
        caTrideLoss(anchors, positives, negatives, metric, { margin, regularised }),
    };
  };
  const known: Readonly<Record<TurnName, Turn>> = {
    candidates: {
      name: 'ca-tride-candidates',
      attack: {
        perturbed: ['positives', 'negatives'],
        objective: onRaw(candidateObjective(options, metric)),
        stopBelow: STOP_BELOW,
      },
      compared: (scene) => cleanRows(scene, ['anchors']),
      loss: lossIn('candidates'),
    },
    anchors: {
      name: 'ca-tride-anchors',
      attack: {
        perturbed: ['anchors'],
        objective: onRaw(anchorObjective(options, metric)),
        stopBelow: STOP_BELOW,
      },
      compared: (scene) => cleanRows(scene, ['anchors', 'positives', 'negatives']),
      loss: lossIn('anchors'),
    },
  };
  const [first, ...others] = turns;
  return adversarial(
    { ...setting, budget },
    {
      mining: { miner: miners.ghard, margin },
      turns: [known[first], ...others.map((turn) => known[turn])],
      stepShare: ({ epoch, epochs }) => stepShare(options, epoch, epochs),
      measure: ({ clean, triplets }) => ({ collapseness: collapsenessOf(clean, triplets, metric, options) }),
    },
  );
}
