import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { normalise } from '../../embedding/normalise.ts';
import type { NdArray } from '../../engine/types.ts';
import { compileEmbedding } from '../embed.ts';
import { sumOfTerms, TRIPLET_MARGIN, triplet } from '../losses/index.ts';
import { drawTriplets, miners } from '../miners/index.ts';
import { type BatchLoss, compileUpdate } from '../update.ts';
import { perSize } from './programs.ts';
import type { Training, TrainingSetting } from './types.ts';

const METRIC = 'N';
const MARGIN = TRIPLET_MARGIN[METRIC];

function rowNumbers(rows: readonly number[]): NdArray {
  return { shape: [rows.length], data: Int32Array.from(rows) };
}

/** No defense: the triplet loss on clean images, semi-hard negatives (specification, section 4.1). */
export function vanilla(setting: TrainingSetting): Training {
  const { engine, backbone } = setting;
  const loss: BatchLoss = (embed, inputs) => {
    const embeddings = normalise(embed(inputs.images as Tensor4D));
    const rows = (name: string): Tensor2D => embeddings.gather(inputs[name] as Tensor1D);
    const setting = { metric: METRIC, margin: MARGIN, parameters: {} } as const;
    return sumOfTerms(triplet.terms(rows('anchors'), rows('positives'), rows('negatives'), setting));
  };
  const embeddings = perSize((rows) => compileEmbedding(engine, backbone, rows));
  const updates = perSize((rows) => {
    const index = { shape: [rows / 2], dtype: 'int32' } as const;
    const images = [rows, backbone.size, backbone.size, backbone.channels];
    const inputs = { images, anchors: index, positives: index, negatives: index };
    return compileUpdate(engine, loss, backbone, inputs, { ...setting, name: 'vanilla' });
  });
  return {
    async train(learner, { images, labels, epoch, epochs, random, rate }) {
      const embed = await embeddings.for(labels.length);
      const clean = await embed.run(learner.weights, images);
      const view = { embeddings: clean, labels, metric: METRIC, margin: MARGIN, epoch, epochs } as const;
      const { anchors, positives, negatives } = drawTriplets(miners.semihard.candidates(view), random);
      const update = await updates.for(labels.length);
      const indices = {
        anchors: rowNumbers(anchors),
        positives: rowNumbers(positives),
        negatives: rowNumbers(negatives),
      };
      return update.run(learner, { images, ...indices }, rate);
    },
    async release() {
      await embeddings.release();
      await updates.release();
    },
  };
}
