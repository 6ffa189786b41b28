import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { createEngine } from '../../engine/index.ts';
import { loadCheckpoint } from '../../trainer/checkpoint.ts';
import { type CaTrideOptions, defenses, presets, pretraining, type Training } from '../../trainer/defenses/index.ts';
import type { Stage } from '../../trainer/recipe.ts';
import { checkpointPath, runStage, type StageReport } from '../../trainer/run-stage.ts';
import { type Learner, newLearner } from '../../trainer/update.ts';
import { patches } from './support.ts';

const images = patches(5, 3);
const engine = await createEngine({ threads: 1 });
const loss = { loss: 'triplet', miner: 'semihard', metric: 'N' } as const;
const budget = { epsilon: 8 / 255, alpha: 2 / 255, steps: 2 };
const setting = { engine, backbone: compact, weightDecay: 0, loss, budget };
const options: CaTrideOptions = { ...presets.paper, lambda: 2, margin: 0.2, budget };
const stage: Stage = { name: 'ca-tride', from: undefined, epochs: 3, rate: 1e-3, schedule: 'cosine' };

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stage-'));
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function fresh(): { learner: Learner; progress: { stage: string; epoch: number; batches: number; seconds: number } } {
  const weights = compact.init(createRandom('weights'));
  return {
    learner: newLearner(weights),
    progress: { stage: stage.name, epoch: 0, batches: 0, seconds: 0 },
  };
}

function train(
  folder: string,
  from = fresh(),
  onBatch: (report: StageReport) => void = () => {},
  signal = new AbortController().signal,
) {
  const training = (defenses['ca-tride'] as (typeof defenses)[string])(setting, options);
  return runStage(stage, training, from, { folder, images, pairs: 8, seed: 3, onBatch, signal });
}

const bits = (learner: Learner): Record<string, string> =>
  Object.fromEntries(
    Object.entries(learner.weights).map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]),
  );

describe('a stage of training', () => {
  it('ends with the same bits when it is stopped within an epoch and resumed', async () => {
    const whole = await train(newFolder());
    const folder = newFolder();
    const abort = new AbortController();
    const stopInSecondEpoch = (report: StageReport): void => {
      if (report.epoch === 2 && report.batch === 1) abort.abort(new Error('stopped'));
    };
    await expect(train(folder, fresh(), stopInSecondEpoch, abort.signal)).rejects.toThrow('stopped');
    const saved = loadCheckpoint(checkpointPath(folder));
    expect(saved?.progress).toMatchObject({ stage: 'ca-tride', epoch: 1 });
    const resumed = await train(folder, saved);
    expect(bits(resumed)).toEqual(bits(whole));
    expect(resumed.adam.updates).toBe(whole.adam.updates);
  });

  it('reports loss, collapseness and speed, and logs a line per epoch', async () => {
    const folder = newFolder();
    const reports: StageReport[] = [];
    await train(folder, fresh(), (report) => reports.push(report));
    expect(reports.at(-1)).toMatchObject({ stage: 'ca-tride', epoch: 3, epochs: 3, batch: 2, batches: 2 });
    for (const report of reports) {
      expect(Number.isFinite(report.loss)).toBe(true);
      expect(Math.abs(report.collapseness ?? Number.NaN)).toBeLessThan(2);
      expect(report.imagesPerSecond).toBeGreaterThan(0);
    }
    const log = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n');
    expect(log.map((line) => JSON.parse(line).epoch)).toEqual([1, 2, 3]);
  });

  it('learns: pre-training tells five classes apart', async () => {
    const losses: number[] = [];
    const pretrain: Stage = { ...stage, name: 'pretrain', epochs: 6 };
    const record = (report: StageReport): void => {
      if (report.batch === report.batches) losses.push(report.loss);
    };
    const from = { ...fresh(), progress: { ...fresh().progress, stage: 'pretrain' } };
    const signal = new AbortController().signal;
    await runStage(pretrain, pretraining(setting), from, {
      folder: newFolder(),
      images,
      pairs: 8,
      seed: 3,
      onBatch: record,
      signal,
    });
    expect(losses.at(-1) as number).toBeLessThan((losses[0] as number) * 0.6);
  });

  it('stops with a named error when the loss is no longer a number', async () => {
    const broken = fresh();
    const kernel = broken.learner.weights['head.kernel'];
    if (kernel === undefined) throw new Error('no head');
    kernel.data[0] = Number.NaN;
    await expect(train(newFolder(), broken)).rejects.toMatchObject({ code: 'TRAINING_COLLAPSED' });
  });

  it('stops with a named error, and no checkpoint, when a weight is no longer a number though the loss is', async () => {
    const folder = newFolder();
    const training: Training = {
      async train(learner) {
        const shift = { shape: [2], data: Float32Array.of(0, Number.NaN) };
        return { learner: { ...learner, weights: { ...learner.weights, shift } }, loss: 1, collapseness: undefined };
      },
      release: async () => {},
    };
    const signal = new AbortController().signal;
    const run = runStage(stage, training, fresh(), { folder, images, pairs: 8, seed: 3, onBatch: () => {}, signal });
    await expect(run).rejects.toMatchObject({ code: 'TRAINING_COLLAPSED', message: expect.stringContaining('shift') });
    expect(loadCheckpoint(checkpointPath(folder))).toBeUndefined();
  });
});
