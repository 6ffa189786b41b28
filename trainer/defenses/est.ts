import type { Backbone } from '../../embedding/types.ts';
import { trainingAttack } from './attack.ts';
import { embeddingOf, measuresOf } from './scene.ts';
import { shift, shiftFrom } from './shift.ts';
import { firstValues } from './training-update.ts';
import type { Training, TrainingSetting } from './types.ts';
import { minedUpdate, selectFrom, tripletsIn } from './vanilla.ts';

export interface EstOptions {
  /**
   * Networks with batch normalisation embed and update with the statistics of the batch, as the released code has it for EST
   * alone; its attack uses the running ones. Off, EST is trained like every other defense and can be compared with them.
   */
  readonly liveBatchNorm?: boolean;
}

/** A network whose forward pass uses the statistics of the batch. */
function live(backbone: Backbone): Backbone {
  const { forwardLive } = backbone;
  return forwardLive === undefined ? backbone : { ...backbone, forward: (w, x) => forwardLive(w, x).embeddings };
}

/**
 * EST, embedding-shifted triplet: the loss on images whose embeddings were driven from where they were, mined from what they
 * became (specification, section 4.2).
 */
export function est(setting: TrainingSetting, { liveBatchNorm = false }: EstOptions = {}): Training {
  const { backbone } = setting;
  const isLive = liveBatchNorm && backbone.forwardLive !== undefined;
  const embedding = embeddingOf(isLive ? { ...setting, backbone: live(backbone) } : setting);
  const attack = trainingAttack(setting, { objective: shift });
  const update = minedUpdate(isLive ? { ...setting, batchNorm: 'live' } : setting, 'est');
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
