import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileStep } from '../../attack/pgd.ts';
import { runAttack } from '../../attack/runner.ts';
import type { Budget } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { normalise } from '../../embedding/normalise.ts';
import type { TensorWeights, Weights } from '../../embedding/types.ts';
import { concatRows, takeRows } from '../../engine/arrays.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import type { NdArray } from '../../engine/types.ts';
import { anchorObjective, candidateObjective, caTrideLoss } from '../../trainer/defenses/ca-tride-objectives.ts';
import { presets, STOP_BELOW, stepShare } from '../../trainer/defenses/options.ts';
import { type BatchLoss, compileUpdate, newLearner } from '../../trainer/update.ts';
import { expectNear, flat, GRADIENTS, golden, type Nested, shareDiffering, VALUES } from '../attack/support/golden.ts';
import { fromReference, images, smallNet, toGrey, toReference } from '../attack/support/small-net.ts';
import { toTensor } from '../attack/support/tensors.ts';

interface Triplets {
  readonly anchor: readonly number[];
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

interface Summary {
  readonly l2: number;
  readonly sum: number;
  readonly first8: readonly number[];
}

interface Setting {
  readonly eps: number;
  readonly alpha: number;
  readonly epoch: number;
  readonly maxepoch: number;
  readonly lambda: number;
}

interface Case extends Setting {
  readonly name: string;
  readonly objective: 'CAP' | 'ANP';
  readonly adv_decay: number;
  readonly triplets: Triplets;
  readonly steps_executed: number;
  readonly pgd_trace: readonly { readonly loss: number }[];
  readonly adv_after: Readonly<Record<string, Nested>>;
  readonly adv_final: Nested;
  readonly loss_train: number;
  readonly grad_weights?: Readonly<Record<string, Nested>>;
  readonly grad_summary?: Readonly<Record<string, Summary>>;
  readonly without_LTR: { readonly loss_train: number; readonly grad_summary: Readonly<Record<string, Summary>> };
}

interface TwoSteps extends Setting {
  readonly order: readonly ('CAP' | 'ANP')[];
  readonly adam: { readonly lr: number; readonly weight_decay_l2: number };
  readonly steps: readonly { readonly triplets: Triplets; readonly loss: number }[];
  readonly weights_after: Readonly<Record<string, Nested>>;
}

const reference = golden<{ readonly cases: readonly Case[]; readonly two_adam_steps: TwoSteps }>('e2e_catride');
const engine = createEagerEngine();
const initial = smallNet.init(createRandom('small'));

function tensorsOf(weights: Weights): TensorWeights {
  return Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, toTensor(value)]));
}

function unitEmbeddings(weights: Weights, pictures: NdArray): NdArray {
  const rows = tf.tidy(() => normalise(smallNet.forward(tensorsOf(weights), toTensor<tf.Tensor4D>(pictures))));
  return { shape: rows.shape, data: Float32Array.from(rows.dataSync()) };
}

/** Attacks a batch as the released code does, and gives the images of the triplets: anchors, positives, negatives. */
async function attackBatch(setting: Setting, turn: 'CAP' | 'ANP', triplets: Triplets, weights: Weights, steps = 16) {
  const { lambda, eps, alpha, epoch, maxepoch } = setting;
  const { anchor, positive, negative } = triplets;
  const budget: Budget = { epsilon: eps, alpha, steps };
  const options = { ...presets.release, lambda, budget, margin: 0.2 };
  const clean = unitEmbeddings(weights, images);
  const objective = turn === 'CAP' ? candidateObjective(options, 'N') : anchorObjective(options, 'N');
  const constants: Record<string, NdArray> = { anchors: takeRows(clean, anchor) };
  if (turn === 'ANP')
    Object.assign(constants, { positives: takeRows(clean, positive), negatives: takeRows(clean, negative) });
  const start = takeRows(images, turn === 'CAP' ? [...positive, ...negative] : anchor);
  const shapes = Object.fromEntries(Object.entries(constants).map(([name, { shape }]) => [name, shape]));
  const count = start.shape[0] ?? 0;
  const compiled = await compileStep(engine, smallNet, objective, { count, constants: shapes, weights });
  const scaled = { ...budget, alpha: alpha * stepShare(options, epoch, maxepoch) };
  const result = await runAttack(compiled.step, objective, start, constants, scaled, { stopBelow: STOP_BELOW });
  const batch =
    turn === 'CAP'
      ? concatRows([takeRows(images, anchor), result.images])
      : concatRows([result.images, takeRows(images, [...positive, ...negative])]);
  return { ...result, batch };
}

const lossOf =
  (regularised: boolean): BatchLoss =>
  (embed, { images: batch }) => {
    const rows = normalise(embed(batch as tf.Tensor));
    const [anchors, positives, negatives] = tf.split(rows, 3) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    return caTrideLoss(anchors, positives, negatives, 'N', { margin: 0.2, regularised });
  };

const embedWith =
  (weights: TensorWeights) =>
  (images: tf.Tensor): tf.Tensor2D =>
    smallNet.forward(weights, images as tf.Tensor4D);

/** The loss of a batch, and its gradients in the reference's layout. */
function lossAndGradients(batch: NdArray, regularised: boolean): { loss: number; gradients: Record<string, number[]> } {
  const names = Object.keys(initial);
  const loss = (...values: tf.Tensor[]): tf.Scalar =>
    lossOf(regularised)(
      embedWith(Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor]))),
      {
        images: toTensor(batch),
      },
      {},
    );
  const { value, grads } = tf.valueAndGrads(loss)(Object.values(tensorsOf(initial)));
  const arrays = grads.map(({ shape }, i): NdArray => ({ shape, data: grads[i]?.dataSync() as Float32Array }));
  const named = Object.fromEntries(names.map((name, i) => [name, arrays[i] as NdArray]));
  return { loss: value.dataSync()[0] as number, gradients: toReference(named) };
}

function expectSummary(gradients: Record<string, number[]>, summaries: Readonly<Record<string, Summary>>): void {
  for (const [name, { l2, sum, first8 }] of Object.entries(summaries)) {
    const values = gradients[name] ?? [];
    expectNear([Math.hypot(...values)], l2, GRADIENTS, `${name}: norm`);
    expectNear([values.reduce((a, b) => a + b, 0)], sum, { relative: 2e-3, absolute: 1e-4 }, `${name}: sum`);
    expectNear(values.slice(0, 8), first8, GRADIENTS, name);
  }
}

describe('a training step of CA-TRIDE agrees with the released code', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(reference.cases)('$name: the scale of the step', ({ epoch, maxepoch, adv_decay }) => {
    expect(
      stepShare(
        { ...presets.release, lambda: 1, margin: 0, budget: { epsilon: 0, alpha: 0, steps: 0 } },
        epoch,
        maxepoch,
      ),
    ).toBeCloseTo(adv_decay, 12);
  });

  it.each(reference.cases)('$name: each value of the attack, where it stops, and every pixel', async (each) => {
    const result = await attackBatch(each, each.objective, each.triplets, initial);
    expect(result.steps).toBe(each.steps_executed);
    const losses = each.pgd_trace.map(({ loss }) => loss);
    // The last values before the stop are differences of nearly equal distances.
    expectNear(result.trace, losses, { relative: 5e-4, absolute: 5e-6 });
    expect(shareDiffering(toGrey(result.images), each.adv_final)).toBeLessThanOrEqual(0.002);
  });

  const withMoments = reference.cases.filter(({ adv_after }) => Object.keys(adv_after).length > 0);
  it.each(withMoments)('$name: every pixel on the way', async (each) => {
    for (const [steps, expected] of Object.entries(each.adv_after)) {
      if (Number(steps) < 2) continue;
      const { images: reached } = await attackBatch(each, each.objective, each.triplets, initial, Number(steps));
      expect(shareDiffering(toGrey(reached), expected)).toBeLessThanOrEqual(0.002);
    }
  });

  it.each(reference.cases)('$name: the loss of the update and its gradients, with and without L_TR', async (each) => {
    const { batch } = await attackBatch(each, each.objective, each.triplets, initial);
    const withTerm = lossAndGradients(batch, true);
    expectNear([withTerm.loss], each.loss_train);
    if (each.grad_summary !== undefined) expectSummary(withTerm.gradients, each.grad_summary);
    for (const [name, expected] of Object.entries(each.grad_weights ?? {}))
      expectNear(withTerm.gradients[name] ?? [], flat(expected), GRADIENTS, name);
    const without = lossAndGradients(batch, false);
    expectNear([without.loss], each.without_LTR.loss_train);
    expectSummary(without.gradients, each.without_LTR.grad_summary);
  });

  it('two updates of Adam, candidates and then anchors, end at the same weights', async () => {
    const run = reference.two_adam_steps;
    const shape = [12, smallNet.size, smallNet.size, 3];
    const update = await compileUpdate(
      engine,
      lossOf(true),
      smallNet,
      { images: shape },
      {
        weightDecay: run.adam.weight_decay_l2,
        name: 'two-steps',
      },
    );
    let learner = newLearner(initial);
    for (const [i, { triplets, loss }] of run.steps.entries()) {
      const { batch } = await attackBatch(run, run.order[i] as 'CAP' | 'ANP', triplets, learner.weights);
      const result = await update.run(learner, { images: batch }, run.adam.lr);
      expectNear([result.loss], loss, { ...VALUES, relative: 5e-4 });
      learner = result.learner;
    }
    const expected = toReference(fromReference(run.weights_after));
    for (const [name, values] of Object.entries(toReference(learner.weights)))
      expectNear(values, expected[name] ?? [], { relative: 1e-3, absolute: 1e-5 }, name);
  });
});
