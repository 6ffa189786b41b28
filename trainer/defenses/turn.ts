import * as tf from '@tensorflow/tfjs';
import type { Budget } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { concatRows, takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { LossParameter } from '../types.ts';
import type { BatchLoss, Embed, Learner } from '../update.ts';
import { type Compared, trainingAttack } from './attack.ts';
import { perSize } from './programs.ts';
import { byRole, ROLES, type Role, type Rows, rowsIn, type TripletAttack } from './roles.ts';
import type { Scene } from './scene.ts';
import { type LossScalars, trainingLoss, trainingUpdate } from './training-update.ts';
import type { TrainingSetting } from './types.ts';

/** A loss on triplets, from rows normalised where the metric asks; those that were not perturbed are clean. */
export interface RowsLoss {
  readonly parameters?: Readonly<Record<string, LossParameter>>;
  readonly evaluate: (rows: Rows, parameters: LossScalars) => tf.Scalar;
}

/** What is done with a batch: an attack on its triplets, and the loss of the perturbed ones. */
export interface Turn {
  readonly name: string;
  readonly attack: TripletAttack;
  /** What the attack's objective compares with, from before the attack. */
  readonly compared?: (scene: Scene) => Compared;
  readonly loss: RowsLoss;
  /** A further term, from clean rows too. */
  readonly term?: {
    readonly clean: readonly Role[];
    readonly evaluate: (rows: Rows, clean: Rows) => tf.Scalar;
  };
}

/** A turn made ready: its attack, its update, and the loss by itself where that is remembered and the update's has more in it. */
export function prepareTurn(
  setting: TrainingSetting,
  { name, attack, compared, loss, term }: Turn,
  remembers: boolean,
) {
  const { backbone } = setting;
  const { metric } = setting.loss;
  const further = term?.clean ?? [];
  const imagesOf = (triplets: number, roles: number) => ({
    images: [roles * triplets, backbone.size, backbone.size, backbone.channels],
  });
  const rowsOf = (embed: Embed, images: tf.Tensor | undefined): tf.Tensor2D =>
    metric === 'E' ? embed(images as tf.Tensor) : normalise(embed(images as tf.Tensor));
  const attacks = trainingAttack(setting, attack);
  const { parameters = {} } = loss;
  const updates = perSize((triplets) => {
    const evaluate: BatchLoss = (embed, { images }, scalars) => {
      const all = rowsOf(embed, images);
      if (term === undefined) return loss.evaluate(byRole(all, ROLES), scalars);
      const [own, clean] = tf.split(all, [ROLES.length * triplets, further.length * triplets]);
      const rows = byRole(own as tf.Tensor2D, ROLES);
      return loss.evaluate(rows, scalars).add(term.evaluate(rows, byRole(clean as tf.Tensor2D, further) as Rows));
    };
    const inputs = imagesOf(triplets, ROLES.length + further.length);
    return trainingUpdate(setting, { name, inputs, parameters, evaluate });
  });
  const losses = perSize((triplets) => {
    const evaluate: BatchLoss = (embed, { images }, scalars) =>
      loss.evaluate(byRole(rowsOf(embed, images), ROLES), scalars);
    return trainingLoss(setting, { name, inputs: imagesOf(triplets, ROLES.length), parameters, evaluate });
  });
  return {
    async train(learner: Learner, scene: Scene, budget: Budget) {
      const { triplets, batch } = scene;
      const start = takeRows(batch.images, rowsIn(attack.perturbed, triplets));
      const attacked = await attacks.run(learner.weights, start, compared?.(scene) ?? { constants: {} }, budget);
      const images = inPlace(attacked.images, attack.perturbed, scene);
      const size = triplets.anchors.length;
      const update = await updates.for(size);
      const clean = takeRows(batch.images, rowsIn(further, triplets));
      const all = further.length === 0 ? images : concatRows([images, clean]);
      const result = await update.run(learner, { images: all }, batch.rate);
      const report = { ...result, steps: attacked.steps };
      if (!remembers) return report;
      const own = term === undefined ? result.loss : await (await losses.for(size)).run(learner, { images });
      return { ...report, learner: { ...result.learner, memory: { ...learner.memory, previousLoss: own } } };
    },
    async release() {
      for (const programs of [attacks, updates, losses]) await programs.release();
    },
  };
}

/** The images of the triplets, role after role, with the perturbed ones in place of the clean. */
function inPlace(attacked: NdArray, perturbed: readonly Role[], { batch, triplets }: Scene): NdArray {
  const size = triplets.anchors.length;
  const rows = (at: number): number[] => Array.from({ length: size }, (_, k) => at * size + k);
  return concatRows(
    ROLES.map((role) => {
      const at = perturbed.indexOf(role);
      return at < 0 ? takeRows(batch.images, triplets[role]) : takeRows(attacked, rows(at));
    }),
  );
}
