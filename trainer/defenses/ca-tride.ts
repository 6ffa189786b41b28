import * as tf from '@tensorflow/tfjs';
import { compileAttack } from '../../attack/whole.ts';
import { normalise } from '../../embedding/normalise.ts';
import { concatRows, takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { compileEmbedding } from '../embed.ts';
import { drawTriplets, miners } from '../miners/index.ts';
import { unitRows } from '../rows.ts';
import type { Triplets } from '../types.ts';
import { type BatchLoss, compileUpdate } from '../update.ts';
import { anchorObjective, candidateObjective, caTrideLoss, usesRegulariser } from './ca-tride-objectives.ts';
import { collapsenessOf } from './collapseness.ts';
import { type CaTrideOptions, STOP_BELOW, stepShare, type Turn, turnOf } from './options.ts';
import { perSize } from './programs.ts';
import type { Training, TrainingSetting } from './types.ts';

const METRIC = 'N';

/**
 * CA-TRIDE (specification, section 4.7): candidates and anchors are perturbed in turn against the collapseness of the batch,
 * and the update is made on the perturbed triplets. What an attack compares with is embedded once per batch.
 */
export function caTride(setting: TrainingSetting, options: CaTrideOptions): Training {
  const { engine, backbone } = setting;
  const dimension = backbone.dimension;
  const objectives = {
    candidates: candidateObjective(options, METRIC),
    anchors: anchorObjective(options, METRIC),
  };
  const embeddings = perSize((rows) => compileEmbedding(engine, backbone, rows));
  const limits = { metric: METRIC, steps: options.budget.steps, stopBelow: STOP_BELOW } as const;
  const attacks = {
    candidates: perSize((triplets) => {
      const constants = { anchors: [triplets, dimension] };
      return compileAttack(engine, backbone, objectives.candidates, { count: 2 * triplets, constants, ...limits });
    }),
    anchors: perSize((triplets) => {
      const rows = [triplets, dimension];
      const constants = { positives: rows, negatives: rows, anchors: rows };
      return compileAttack(engine, backbone, objectives.anchors, { count: triplets, constants, ...limits });
    }),
  };
  const updatesFor = (turn: Turn) =>
    perSize((triplets) => {
      const regularised = usesRegulariser(options, turn);
      const loss: BatchLoss = (embed, { images }) => {
        const rows = normalise(embed(images as tf.Tensor4D));
        const [anchors, positives, negatives] = tf.split(rows, 3, 0) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        return caTrideLoss(anchors, positives, negatives, METRIC, { margin: options.margin, regularised });
      };
      const inputs = { images: [3 * triplets, backbone.size, backbone.size, backbone.channels] };
      return compileUpdate(engine, loss, backbone, inputs, { ...setting, name: `ca-tride-${turn}` });
    });
  const updates = { candidates: updatesFor('candidates'), anchors: updatesFor('anchors') };

  return {
    async train(learner, { images, labels, epoch, epochs, index, random, rate }) {
      const embed = await embeddings.for(labels.length);
      const clean = unitRows(await embed.run(learner.weights, images));
      const view = { embeddings: clean, labels, metric: METRIC, margin: options.margin, epoch, epochs } as const;
      const triplets = drawTriplets(miners.ghard.candidates(view), random);
      const turn = turnOf(index);
      const { start, constants } = scene(turn, images, clean, triplets);
      const compiled = await attacks[turn].for(triplets.anchors.length);
      const alpha = options.budget.alpha * stepShare(options, epoch, epochs);
      const budget = { ...options.budget, alpha, steps: alpha === 0 ? 0 : options.budget.steps };
      const attack = await compiled.run(start, constants, budget, learner.weights);
      const update = await updates[turn].for(triplets.anchors.length);
      const result = await update.run(learner, { images: perturbed(turn, attack.images, images, triplets) }, rate);
      const collapseness = collapsenessOf(clean, triplets, options);
      return { ...result, collapseness };
    },
    async release() {
      const all = [embeddings, attacks.candidates, attacks.anchors, updates.candidates, updates.anchors];
      for (const programs of all) await programs.release();
    },
  };
}

/** The images an attack starts from and the embeddings it compares with. */
function scene(turn: Turn, images: NdArray, clean: NdArray, { anchors, positives, negatives }: Triplets) {
  const anchorRows = takeRows(clean, anchors);
  if (turn === 'candidates') {
    return { start: takeRows(images, [...positives, ...negatives]), constants: { anchors: anchorRows } };
  }
  const constants = {
    anchors: anchorRows,
    positives: takeRows(clean, positives),
    negatives: takeRows(clean, negatives),
  };
  return { start: takeRows(images, anchors), constants };
}

/** Anchors, positives and negatives one after the other, with the perturbed ones in place of the clean. */
function perturbed(
  turn: Turn,
  attacked: NdArray,
  images: NdArray,
  { anchors, positives, negatives }: Triplets,
): NdArray {
  if (turn === 'candidates') return concatRows([takeRows(images, anchors), attacked]);
  return concatRows([attacked, takeRows(images, [...positives, ...negatives])]);
}
