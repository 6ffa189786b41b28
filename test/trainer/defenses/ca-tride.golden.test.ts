import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEagerEngine } from '../../../engine/eager.ts';
import { caTride } from '../../../trainer/defenses/ca-tride.ts';
import { type CaTrideOptions, presets, stepShare, type Turn } from '../../../trainer/defenses/options.ts';
import { newLearner } from '../../../trainer/update.ts';
import { expectNear, flat, GRADIENTS, golden, type Nested, shareDiffering } from '../../attack/support/golden.ts';
import { fromReference, images, smallNet, toGrey, toReference } from '../../attack/support/small-net.ts';
import { attackOf, type Run, recordingEngine } from './recording.ts';
import { type Drawn, expectGradients, gradientsOf, initial, labels, type Summary, scripted } from './support.ts';

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
  readonly triplets: Drawn;
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
  readonly steps: readonly { readonly triplets: Drawn; readonly loss: number }[];
  readonly weights_after: Readonly<Record<string, Nested>>;
}

const reference = golden<{ readonly cases: readonly Case[]; readonly two_adam_steps: TwoSteps }>('e2e_catride');
const turnsOf = { CAP: 'candidates', ANP: 'anchors' } as const satisfies Record<string, Turn>;

function optionsOf({ eps, alpha, lambda }: Setting, steps: number): CaTrideOptions {
  return { ...presets.release, lambda, margin: 0.2, budget: { epsilon: eps, alpha, steps } };
}

/** A training as the released code has it, and what its programs were run with. */
function trainingOf(
  each: Setting,
  given: { readonly steps?: number; readonly regulariser?: 'always' | 'off' } & {
    readonly turns?: readonly [Turn, ...Turn[]];
    readonly weightDecay?: number;
  },
) {
  const { engine, runs } = recordingEngine(createEagerEngine());
  const { steps = 16, regulariser = 'always', turns, weightDecay = 0 } = given;
  const options = { ...optionsOf(each, steps), regulariser };
  const loss = { loss: 'triplet', miner: 'ghard', metric: 'N' } as const;
  const setting = { engine, backbone: smallNet, weightDecay, loss, budget: options.budget };
  return { training: caTride(setting, options, turns), runs };
}

function batchOf({ epoch, maxepoch }: Setting, triplets: Drawn, index = 0, rate = 1e-3) {
  return { images, labels, epoch, epochs: maxepoch, index, random: scripted([triplets]), rate };
}

async function trainOnce(each: Case, given: { readonly steps?: number; readonly regulariser?: 'always' | 'off' } = {}) {
  const { training, runs } = trainingOf(each, { ...given, turns: [turnsOf[each.objective]] });
  const report = await training.train(newLearner(initial), batchOf(each, each.triplets));
  await training.release();
  return { report, attack: attackOf(runs) as NonNullable<ReturnType<typeof attackOf>> };
}

const whole = new Map<string, ReturnType<typeof trainOnce>>();
/** One update with all 16 steps and L_TR, made once for the tests that look at it. */
function trained(each: Case): ReturnType<typeof trainOnce> {
  const known = whole.get(each.name) ?? trainOnce(each);
  whole.set(each.name, known);
  return known;
}

describe('a training step of CA-TRIDE agrees with the released code', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(reference.cases)('$name: the scale of the step', (each) => {
    expect(stepShare(optionsOf(each, 16), each.epoch, each.maxepoch)).toBeCloseTo(each.adv_decay, 12);
  });

  it.each(reference.cases)('$name: each value of the attack, where it stops, and every pixel', async (each) => {
    const { report, attack } = await trained(each);
    expect(report.steps).toBe(each.steps_executed);
    const losses = each.pgd_trace.map(({ loss }) => loss).slice(0, each.steps_executed);
    expectNear(Array.from(attack.trace.data).slice(0, losses.length), losses);
    expect(shareDiffering(toGrey(attack.images), each.adv_final)).toBeLessThanOrEqual(0.002);
  });

  const withMoments = reference.cases.filter(({ adv_after }) => Object.keys(adv_after).length > 0);
  it.each(withMoments)('$name: every pixel on the way', async (each) => {
    for (const [steps, expected] of Object.entries(each.adv_after)) {
      if (Number(steps) < 2) continue;
      const { attack } = await trainOnce(each, { steps: Number(steps) });
      expect(shareDiffering(toGrey(attack.images), expected)).toBeLessThanOrEqual(0.002);
    }
  });

  it.each(reference.cases)('$name: the loss of the update and its gradients, with and without L_TR', async (each) => {
    const { report } = await trained(each);
    expectNear([report.loss], each.loss_train);
    if (each.grad_summary !== undefined) expectGradients(report.learner, each.grad_summary);
    const gradients = gradientsOf(report.learner);
    for (const [name, expected] of Object.entries(each.grad_weights ?? {}))
      expectNear(gradients[name] ?? [], flat(expected), GRADIENTS, name);
    const without = await trainOnce(each, { regulariser: 'off' });
    expectNear([without.report.loss], each.without_LTR.loss_train);
    expectGradients(without.report.learner, each.without_LTR.grad_summary);
  });

  it('two updates of Adam, candidates and then anchors, end at the same weights', async () => {
    const run = reference.two_adam_steps;
    expect(run.order).toEqual(['CAP', 'ANP']);
    const { training, runs } = trainingOf(run, { weightDecay: run.adam.weight_decay_l2 });
    let learner = newLearner(initial);
    for (const [i, { triplets, loss }] of run.steps.entries()) {
      const result = await training.train(learner, batchOf(run, triplets, i, run.adam.lr));
      expectNear([result.loss], loss);
      learner = result.learner;
    }
    await training.release();
    const attacks = runs.map(({ program }: Run) => program).filter((name) => name.startsWith('attack-'));
    expect(attacks).toEqual(['attack-catride-candidates', 'attack-catride-anchors']);
    const expected = toReference(fromReference(run.weights_after));
    for (const [name, values] of Object.entries(toReference(learner.weights)))
      expectNear(values, expected[name] ?? [], { relative: 1e-3, absolute: 1e-5 }, name);
  });
});
