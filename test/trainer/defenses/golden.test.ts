import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEagerEngine } from '../../../engine/eager.ts';
import type { NdArray } from '../../../engine/types.ts';
import { act } from '../../../trainer/defenses/act.ts';
import { amd, amdSemi, ramd } from '../../../trainer/defenses/amd.ts';
import { est } from '../../../trainer/defenses/est.ts';
import { HARDNESS, hm } from '../../../trainer/defenses/hm.ts';
import { rest } from '../../../trainer/defenses/rest.ts';
import { ses } from '../../../trainer/defenses/ses.ts';
import { tbc } from '../../../trainer/defenses/tbc.ts';
import type { Training, TrainingSetting } from '../../../trainer/defenses/types.ts';
import { vanilla } from '../../../trainer/defenses/vanilla.ts';
import type { MinerName } from '../../../trainer/miners/index.ts';
import { type Learner, newLearner } from '../../../trainer/update.ts';
import { expectNear, golden, type Nested, shareDiffering, VALUES } from '../../attack/support/golden.ts';
import { images, smallNet, toGrey } from '../../attack/support/small-net.ts';
import { attackOf, recordingEngine } from './recording.ts';
import { type Drawn, expectGradients, initial, labels, type Summary, scripted } from './support.ts';

interface MinerCall extends Drawn {
  readonly where: 'triplet' | 'pnp' | 'amd';
  readonly method: string;
}

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly loss: string;
  readonly eps: number;
  readonly alpha: number;
  readonly pgditer: number;
  readonly loss_train: number;
  readonly loss_train_float64?: number;
  readonly grad_summary: Readonly<Record<string, Summary>>;
  readonly pgd_losses: readonly Nested[];
  readonly miner_calls: readonly MinerCall[];
  readonly es_noise_integers?: readonly (readonly number[])[];
  readonly adv_final_x255?: readonly Nested[];
  readonly adv_final_x255_float64?: readonly Nested[];
  readonly prev_loss?: number | null;
  readonly state_after?: number | null;
  readonly spec?: {
    readonly srch: string;
    readonly desth: string;
    readonly hm: 'ET' | 'L2' | 'KL';
    readonly gradual?: true;
  };
}

const { cases } = golden<{ readonly cases: readonly Case[] }>('e2e_defenses');

const minerOf = (method: string): MinerName => method.replace('spc2-', '') as MinerName;

/** The calls whose triplets are trained on, and the step of training, made as the released code has it. */
function trainingOf(each: Case, setting: TrainingSetting): { training: Training; calls: readonly MinerCall[] } {
  const attackers = each.miner_calls.filter(({ where }) => where !== 'triplet');
  const released = { minerMargin: 'released' } as const;
  const plain: Record<string, () => Training> = {
    vanilla: () => vanilla(setting),
    est: () => est(setting),
    ses: () => ses(setting),
    rest: () => rest(setting, released),
    act: () => act(setting, released),
    amd: () => amd(setting, released),
    ramd: () => ramd(setting, { ...released, anchors: 'raw' }),
    tbc: () => tbc(setting, released),
    amdsemi: () => amdSemi(setting),
    hm: () => {
      const { srch, desth, hm: distance, gradual = false } = each.spec as NonNullable<Case['spec']>;
      const structure = each.name.includes('ics') ? HARDNESS.structure : 0;
      return hm(setting, { source: minerOf(srch), destination: minerOf(desth), distance, gradual, structure });
    },
  };
  const own = { vanilla: each.miner_calls, est: each.miner_calls.slice(1), ses: each.miner_calls };
  const calls = own[each.kind as keyof typeof own] ?? attackers;
  return { training: (plain[each.kind] as () => Training)(), calls };
}

function settingOf(each: Case, engine: TrainingSetting['engine']): TrainingSetting {
  const call = each.miner_calls.find(({ where }) => where !== 'triplet') ?? each.miner_calls[0];
  return {
    engine,
    backbone: smallNet,
    weightDecay: 0,
    loss: { loss: 'triplet', miner: minerOf(call?.method ?? ''), metric: each.loss.slice(-1) as 'E' | 'N' | 'C' },
    budget: { epsilon: each.eps, alpha: each.alpha, steps: each.pgditer },
  };
}

async function trainOnce(each: Case) {
  const { engine, runs } = recordingEngine(createEagerEngine());
  const { training, calls } = trainingOf(each, settingOf(each, engine));
  const memory: Learner['memory'] = typeof each.prev_loss === 'number' ? { previousLoss: each.prev_loss } : {};
  const random = scripted(calls, each.es_noise_integers);
  const batch = { images, labels, epoch: 0, epochs: 1, index: 0, random, rate: 1e-3 };
  const report = await training.train({ ...newLearner(initial), memory }, batch);
  await training.release();
  return { report, attack: attackOf(runs) };
}

/** Steps driven by a ten-millionth are matched to either precision, or not all of their pixels. */
function expectImages(each: Case, actual: NdArray): void {
  const grey = toGrey(actual).map((value) => Math.round(255 * value));
  const readings = [each.adv_final_x255, each.adv_final_x255_float64].filter((reading) => reading !== undefined);
  // RAMD's record begins with the anchors, which nothing perturbs.
  const rows = actual.shape[0] ?? 0;
  const share = Math.min(...readings.map((reading) => shareDiffering(grey, reading.slice(-rows))));
  expect(share).toBeLessThanOrEqual(each.es_noise_integers === undefined ? 0.002 : 0.08);
}

/** The released code leaves the attack out where source and destination of HM are the same. */
const refused = (each: Case): boolean => each.spec !== undefined && each.spec.srch === each.spec.desth;

describe('a training step agrees with the released code', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(cases.filter((each) => !refused(each)))('$name', async (each) => {
    const { report, attack } = await trainOnce(each);
    const shifted = each.es_noise_integers !== undefined;
    expect(report.steps).toBe(each.pgd_losses.length);
    if (attack !== undefined) {
      if (each.spec?.hm !== 'KL') {
        // The reference adds up the shifts of all images.
        const count = shifted ? (attack.images.shape[0] ?? 0) : 1;
        const trace = Array.from(attack.trace.data, (value) => count * value).slice(0, each.pgd_losses.length);
        expectNear(trace, each.pgd_losses, shifted ? { relative: 5e-2, absolute: 1e-5 } : VALUES);
      }
      expectImages(each, attack.images);
    }
    const near = [each.loss_train, each.loss_train_float64 ?? each.loss_train].map(
      (value) => Math.abs(report.loss - value) / Math.abs(value || 1),
    );
    expect(Math.min(...near)).toBeLessThan(shifted ? 3e-2 : VALUES.relative);
    if (!shifted) expectGradients(report.learner, each.grad_summary);
    if (typeof each.state_after === 'number')
      expectNear([report.learner.memory.previousLoss as number], each.state_after);
  });
});

describe('where source and destination of HM are the same', () => {
  const [each] = cases.filter(refused);

  it('the released code updates on clean triplets, which takes no steps here', async () => {
    const { spec, ...rest } = each as Case;
    const clean = {
      ...rest,
      pgditer: 0,
      spec: { ...spec, srch: 'spc2-semihard', desth: 'spc2-random', gradual: true },
    };
    const { report } = await trainOnce(clean as Case);
    expectNear([report.loss], each?.loss_train ?? Number.NaN);
    expectGradients(report.learner, (each as Case).grad_summary);
  });
});
