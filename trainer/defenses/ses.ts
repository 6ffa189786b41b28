import * as tf from '@tensorflow/tfjs';
import { rowDistance } from '../../attack/distances.ts';
import { normalise } from '../../embedding/normalise.ts';
import { concatRows } from '../../engine/arrays.ts';
import { minedLoss } from '../losses/mined.ts';
import type { BatchLoss } from '../update.ts';
import { trainingAttack } from './attack.ts';
import { perSize } from './programs.ts';
import { embeddingOf, measuresOf } from './scene.ts';
import { shift, shiftFrom } from './shift.ts';
import { firstValues, trainingUpdate } from './training-update.ts';
import type { Training, TrainingSetting } from './types.ts';
import { selectFrom, tripletsIn } from './vanilla.ts';

/**
 * SES: the loss on clean images, and the mean distance of their embeddings to those of the same images after an attack that
 * drives them away (specification, section 4.3).
 */
export function ses(setting: TrainingSetting): Training {
  const { backbone } = setting;
  const loss = minedLoss(setting.loss);
  const { metric } = loss;
  const embedding = embeddingOf(setting);
  const attack = trainingAttack(setting, { objective: shift });
  const updates = perSize((rows) => {
    const images = [2 * rows, backbone.size, backbone.size, backbone.channels];
    const evaluate: BatchLoss = (embed, { images: both, ...selection }, scalars) => {
      const [clean, shifted] = tf.split(embed(both as tf.Tensor), 2) as [tf.Tensor2D, tf.Tensor2D];
      const [from, to] = metric === 'E' ? [clean, shifted] : [normalise(clean), normalise(shifted)];
      return loss.evaluate(clean, selection, scalars).add(rowDistance(to, from, metric).mean());
    };
    const inputs = { images, ...loss.specs(rows) };
    return trainingUpdate(setting, { name: 'ses', inputs, parameters: loss.parameters, evaluate });
  });
  return {
    lossParameters: firstValues(loss.parameters),
    async train(learner, batch) {
      const raw = await embedding.run(learner.weights, batch.images);
      const shifted = await attack.run(learner.weights, batch.images, shiftFrom(raw, batch.random));
      const selection = selectFrom(loss, raw, batch);
      const update = await updates.for(batch.labels.length);
      const images = concatRows([batch.images, shifted.images]);
      const result = await update.run(learner, { images, ...selection }, batch.rate);
      return { ...result, ...measuresOf(raw, tripletsIn(selection), setting), steps: shifted.steps };
    },
    async release() {
      for (const programs of [embedding, attack, updates]) await programs.release();
    },
  };
}
