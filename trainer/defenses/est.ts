import { trainingAttack } from './attack.ts';
import { embeddingOf, measuresOf } from './scene.ts';
import { shiftFrom, shiftObjective } from './shift.ts';
import { firstValues } from './training-update.ts';
import type { Training, TrainingSetting } from './types.ts';
import { minedUpdate, selectFrom, tripletsIn } from './vanilla.ts';

/**
 * EST, embedding-shifted triplet: the loss on images whose embeddings were driven from where they were, mined from what they
 * became (specification, section 4.2).
 */
export function est(setting: TrainingSetting): Training {
  const { metric } = setting.loss;
  const embedding = embeddingOf(setting);
  const attack = trainingAttack(setting, { objective: shiftObjective(metric) });
  const update = minedUpdate(setting, 'est');
  return {
    lossParameters: firstValues(update.loss.parameters),
    async train(learner, batch) {
      const { weights } = learner;
      const raw = await embedding.run(weights, batch.images);
      const shifted = await attack.run(weights, batch.images, shiftFrom(raw, batch.random));
      const selection = selectFrom(update.loss, await embedding.run(weights, shifted.images), batch);
      const result = await update.run(learner, shifted.images, selection, batch.rate);
      return { ...result, ...measuresOf(raw, tripletsIn(selection), setting), steps: shifted.steps };
    },
    async release() {
      for (const programs of [embedding, attack, update]) await programs.release();
    },
  };
}
