import type { Learner } from '../update.ts';
import { embeddingOf, type Mining, measuresOf, type Scene, sceneOf } from './scene.ts';
import { firstValues } from './training-update.ts';
import { prepareTurn, type Turn } from './turn.ts';
import type { Batch, BatchReport, Training, TrainingSetting } from './types.ts';

export interface Adversarial {
  readonly mining: Mining;
  /** Batches take them one after the other, on through all epochs. */
  readonly turns: readonly [Turn, ...Turn[]];
  /** Share of the step size that a batch uses; all of it if not given. */
  readonly stepShare?: (batch: Batch) => number;
  /** Whether a batch's loss, without the further term, is remembered for the next. */
  readonly remembers?: boolean;
  /** What else is reported of a batch. */
  readonly measure?: (scene: Scene) => Partial<BatchReport>;
}

/** The loss of the batch before, which gradual defenses take their aim from; 2 at first, as in the released code. */
export function previousLoss(memory: Learner['memory']): number {
  return memory.previousLoss ?? 2;
}

/**
 * Adversarial training on triplets (specification, section 4): the clean batch is embedded once, triplets are mined from it,
 * some of their images are perturbed, and the update is made on the triplets with the perturbed images in place.
 */
export function adversarial(setting: TrainingSetting, defense: Adversarial): Training {
  const embedding = embeddingOf(setting);
  const turns = defense.turns.map((turn) => prepareTurn(setting, turn, defense.remembers ?? false));
  return {
    lossParameters: Object.assign({}, ...defense.turns.map(({ loss }) => firstValues(loss.parameters ?? {}))),
    async train(learner, batch) {
      const raw = await embedding.run(learner.weights, batch.images);
      const scene = sceneOf(batch, raw, defense.mining, learner.memory, setting);
      const alpha = setting.budget.alpha * (defense.stepShare?.(batch) ?? 1);
      const turn = turns[batch.index % turns.length] as (typeof turns)[number];
      // Steps of no size would leave the images where they are.
      const spent = { ...setting.budget, alpha, steps: alpha === 0 ? 0 : setting.budget.steps };
      const result = await turn.train(learner, scene, spent);
      return { ...result, ...measuresOf(raw, scene.triplets, setting), ...defense.measure?.(scene) };
    },
    async release() {
      for (const programs of [embedding, ...turns]) await programs.release();
    },
  };
}
