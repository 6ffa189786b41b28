import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { normalise } from '../../embedding/normalise.ts';
import type { NdArray } from '../../engine/types.ts';
import { batchCrossEntropy } from '../losses/index.ts';
import { mean } from '../losses/reducers.ts';
import { type BatchLoss, compileUpdate } from '../update.ts';
import { perSize } from './programs.ts';
import type { Training, TrainingSetting } from './types.ts';

/** 1 where two different pairs of the batch show the same class: K x K. */
export function sameClassMask(labels: readonly number[]): NdArray {
  const pairs = labels.length / 2;
  const data = new Float32Array(pairs * pairs);
  for (let i = 0; i < pairs; i++) {
    for (let j = 0; j < pairs; j++) if (i !== j && labels[2 * i] === labels[2 * j]) data[i * pairs + j] = 1;
  }
  return { shape: [pairs, pairs], data };
}

/** Rows of alternating anchors and positives, taken apart. */
function takeApart(rows: Tensor2D): [anchors: Tensor2D, positives: Tensor2D] {
  const [count, dimension] = rows.shape;
  const pairs = rows.reshape([count / 2, 2, dimension]);
  const part = (at: number): Tensor2D => pairs.slice([0, at, 0], [-1, 1, -1]).reshape([count / 2, dimension]);
  return [part(0), part(1)];
}

/** Pre-training with the cross entropy of a batch of pairs, where there are no weights to begin from. */
export function pretraining(setting: TrainingSetting): Training {
  const { engine, backbone } = setting;
  const loss: BatchLoss = (embed, { images, sameClass }) => {
    const [anchors, positives] = takeApart(normalise(embed(images as Tensor4D)));
    return mean(batchCrossEntropy(anchors, positives, sameClass as Tensor2D));
  };
  const updates = perSize((rows) => {
    const inputs = { images: [rows, backbone.size, backbone.size, backbone.channels], sameClass: [rows / 2, rows / 2] };
    return compileUpdate(engine, loss, backbone, inputs, { ...setting, name: 'pretrain' });
  });
  return {
    async train(learner, { images, labels, rate }) {
      const update = await updates.for(labels.length);
      return update.run(learner, { images, sameClass: sameClassMask(labels) }, rate);
    },
    release: () => updates.release(),
  };
}
