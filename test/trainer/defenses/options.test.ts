import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { type ConvNorm, convNormBackbone, convNormShapes } from '../../../embedding/backbones/conv-norm.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import { act } from '../../../trainer/defenses/act.ts';
import { caTride } from '../../../trainer/defenses/ca-tride.ts';
import { type EstOptions, est } from '../../../trainer/defenses/est.ts';
import { hm } from '../../../trainer/defenses/hm.ts';
import { presets, type Training, type TrainingSetting } from '../../../trainer/defenses/index.ts';
import { miningOf } from '../../../trainer/defenses/triplet-loss.ts';
import { newLearner } from '../../../trainer/update.ts';
import { images, smallNet } from '../../attack/support/small-net.ts';
import { attackOf, recordingEngine } from './recording.ts';
import { initial, labels } from './support.ts';

const budget = { epsilon: 8 / 255, alpha: 3 / 255, steps: 3 };
const recorded = recordingEngine(createEagerEngine());

function settingOf(loss: TrainingSetting['loss'], backbone: Backbone = smallNet): TrainingSetting {
  return { engine: recorded.engine, backbone, weightDecay: 0, loss, budget };
}

async function trainOnce(training: Training, weights = initial) {
  recorded.runs.length = 0;
  const batch = { images, labels, epoch: 1, epochs: 2, index: 0, random: createRandom('options'), rate: 1e-3 };
  // After a loss of zero HM aims at its hardest.
  const learner = { ...newLearner(weights, training.lossParameters), memory: { previousLoss: 0 } };
  const report = await training.train(learner, batch);
  await training.release();
  return { report, attack: attackOf(recorded.runs) };
}

describe('defenses beyond the metric and the loss of the published tables', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const options = { ...presets.paper, lambda: 2, margin: 0.2, budget };
  const makers: Readonly<Record<string, (setting: TrainingSetting) => Training>> = {
    hm: (setting) => hm(setting),
    'ca-cap': (setting) => caTride(setting, options, ['candidates']),
    'ca-anp': (setting) => caTride(setting, options, ['anchors']),
  };
  const cases = Object.keys(makers).flatMap((name) => (['E', 'C'] as const).map((metric) => ({ name, metric })));
  it.each(cases)('$name works with metric $metric', async ({ name, metric }) => {
    const make = makers[name] as (typeof makers)[string];
    const { report, attack } = await trainOnce(make(settingOf({ loss: 'triplet', metric })));
    const trace = attack?.trace.data.slice(0, report.steps) ?? [];
    expect(trace.length).toBeGreaterThan(1);
    expect(trace[trace.length - 1]).toBeLessThan(trace[0] as number);
    expect(Number.isFinite(report.loss)).toBe(true);
    expect(report.gradientNorm).toBeGreaterThan(0);
  });

  it('a loss with a scalar of its own learns it', async () => {
    const training = act(settingOf({ loss: 'margin', metric: 'N' }));
    expect(training.lossParameters).toEqual({ beta: 0.6 });
    const { report } = await trainOnce(training);
    expect(report.learner.lossParameters.beta).not.toBe(0.6);
    expect(report.learner.lossParameters.beta).toBeCloseTo(0.6, 2);
  });

  it.each([
    ['E', 1, 1],
    ['N', 0.2, 1],
    ['C', 0.2, 0.2],
  ] as const)('mining with %s has the margin of the loss, %f, and %f as released', (metric, own, released) => {
    const setting = settingOf({ loss: 'triplet', metric });
    expect(miningOf(setting).margin).toBe(own);
    expect(miningOf(setting, { minerMargin: 'released' }).margin).toBe(released);
  });
});

describe('est and batch normalisation', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const LAYER: ConvNorm = { name: 'layer', size: 3, from: 3, to: 4, stride: 2 };
  const normalised = convNormBackbone({
    name: 'one-layer',
    size: smallNet.size,
    channels: 3,
    dimension: 4,
    parameters: convNormShapes(LAYER),
    embed: (_, x, apply) => apply(LAYER, x).square().mean([1, 2]),
  });
  const weights = normalised.init(createRandom('layer'));
  const setting = settingOf({ loss: 'triplet', miner: 'random', metric: 'N' }, normalised);
  const meanAfter = async (options?: EstOptions) =>
    (await trainOnce(est(setting, options), weights)).report.learner.weights['layer.mean']?.data;

  it('leaves the running statistics alone, so that it can be compared', async () => {
    expect(await meanAfter()).toEqual(weights['layer.mean']?.data);
  });

  it('keeps them live when asked, as the released code does', async () => {
    expect(await meanAfter({ liveBatchNorm: true })).not.toEqual(weights['layer.mean']?.data);
  });

  it('asks nothing of a network without', async () => {
    const plain = settingOf({ loss: 'triplet', metric: 'N' });
    const [off, on] = [await trainOnce(est(plain)), await trainOnce(est(plain, { liveBatchNorm: true }))];
    expect(on.report).toEqual(off.report);
  });
});
