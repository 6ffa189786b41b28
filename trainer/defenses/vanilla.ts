import type { Tensor } from '@tensorflow/tfjs';
import type { NdArray } from '../../engine/types.ts';
import { type MinedLoss, minedLoss } from '../losses/mined.ts';
import type { Triplets } from '../types.ts';
import type { BatchLoss, Learner } from '../update.ts';
import { perSize } from './programs.ts';
import { embeddingOf, measuresOf } from './scene.ts';
import { firstValues, trainingUpdate } from './training-update.ts';
import type { Batch, Training, TrainingSetting } from './types.ts';

type Selection = Readonly<Record<string, NdArray>>;

/** What a mined loss works on, from the raw embeddings of a batch. */
export function selectFrom(loss: MinedLoss, embeddings: NdArray, { labels, epoch, epochs, random }: Batch) {
  const { metric, margin } = loss;
  return loss.select({ embeddings, labels, metric, margin, epoch, epochs }, random);
}

/** The triplets among what was selected; none where the loss is on groups. */
export function tripletsIn({ anchors, positives, negatives }: Selection): Triplets | undefined {
  if (anchors === undefined || positives === undefined || negatives === undefined) return undefined;
  return { anchors: [...anchors.data], positives: [...positives.data], negatives: [...negatives.data] };
}

/**
 * Updates of the setting's loss on a batch of which the selection is known.
 * @param embeds whether the embeddings of the batch before the update are given back as well.
 */
export function minedUpdate(setting: TrainingSetting, name: string, embeds = false) {
  const { backbone } = setting;
  const loss = minedLoss(setting.loss);
  const updates = perSize((rows) => {
    const inputs = { images: [rows, backbone.size, backbone.size, backbone.channels], ...loss.specs(rows) };
    const evaluate: BatchLoss = (embed, { images, ...selection }, scalars) =>
      loss.evaluate(embed(images as Tensor), selection, scalars);
    const trained = { name, inputs, parameters: loss.parameters, evaluate };
    return trainingUpdate(setting, trained, embeds ? { embeddingsOf: 'images' } : {});
  });
  return {
    loss,
    async run(learner: Learner, images: NdArray, selection: Selection, rate: number) {
      const update = await updates.for(images.shape[0] ?? 0);
      return update.run(learner, { images, ...selection }, rate);
    },
    release: () => updates.release(),
  };
}

/**
 * No defense: the loss on clean images (specification, section 4.1). Where the miner goes by labels alone, the embeddings that the
 * update computes anyway are measured, and the batch is not embedded beforehand.
 */
export function vanilla(setting: TrainingSetting): Training {
  const embedding = embeddingOf(setting);
  const { blind } = minedLoss(setting.loss);
  const update = minedUpdate(setting, 'vanilla', blind);
  return {
    lossParameters: firstValues(update.loss.parameters),
    async train(learner, batch) {
      const before = blind ? unseen(batch) : await embedding.run(learner.weights, batch.images);
      const selection = selectFrom(update.loss, before, batch);
      const { embeddings: raw = before, ...result } = await update.run(learner, batch.images, selection, batch.rate);
      return { ...result, ...measuresOf(raw, tripletsIn(selection), setting), steps: 0 };
    },
    async release() {
      await embedding.release();
      await update.release();
    },
  };
}

/** What a miner is given that does not look: rows without columns. */
function unseen({ labels }: Batch): NdArray {
  return { shape: [labels.length, 0], data: new Float32Array(0) };
}
