import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { createEngine } from '../../engine/index.ts';
import type { StageReport } from '../../trainer/batch-report.ts';
import { beginningOf, checkpointPath, loadCheckpoint } from '../../trainer/checkpoint.ts';
import { type CaTrideOptions, defenses, presets, pretraining, type Training } from '../../trainer/defenses/index.ts';
import type { Stage } from '../../trainer/recipe.ts';
import { drawings } from '../../trainer/recipes/index.ts';
import { runStage, type StageSetting } from '../../trainer/run-stage.ts';
import { type Learner, newLearner } from '../../trainer/update.ts';
import { patches } from './support.ts';
import { memoryLog, stageSetting, tiny } from './tiny.ts';

const images = patches(5, 3, tiny.size);
const engine = await createEngine({ threads: 1 });
const { loss, metric, miner, attack: budget } = drawings;
const setting = { engine, backbone: tiny, weightDecay: 0, average: 0.9, loss: { loss, metric, miner }, budget };
const options: CaTrideOptions = {
  ...presets.paper,
  lambda: 2,
  margin: 0.2,
  budget: { epsilon: 8 / 255, alpha: 2 / 255, steps: 2 },
};
const stage: Stage = { name: 'ca-tride', from: undefined, epochs: 3, rate: 1e-3, schedule: 'cosine', warmup: 2 };

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stage-'));
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const fresh = (name = stage.name) => ({
  learner: newLearner(tiny.init(createRandom('weights')), {}, true),
  progress: beginningOf(name),
});

function train(folder: string, from = fresh(), more: Partial<StageSetting> = {}) {
  const training = (defenses['ca-tride'] as (typeof defenses)[string])(setting, options);
  return runStage(stage, training, from, stageSetting(images, folder, more)).finally(() => training.release());
}

const bits = ({ weights, adam, average = {}, memory }: Learner): unknown => {
  const texts = [weights, adam.first, adam.second, average].map((group) =>
    Object.entries(group).map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]),
  );
  return { texts, updates: adam.updates, memory };
};

describe('a stage of training', () => {
  it.each([1, 2, 3])('ends with the same bits when it is stopped after %i batches and resumed', async (batches) => {
    const whole = await train(newFolder());
    const folder = newFolder();
    const abort = new AbortController();
    const onBatch = ({ step }: StageReport): void => {
      if (step === batches) abort.abort(new Error('stopped'));
    };
    await expect(train(folder, fresh(), { onBatch, signal: abort.signal })).rejects.toThrow('stopped');
    const saved = loadCheckpoint(checkpointPath(folder));
    expect(saved?.progress).toMatchObject({ epoch: batches >> 1, batch: batches % 2, batches });
    const resumed = await train(folder, saved);
    expect(bits(resumed.learner)).toEqual(bits(whole.learner));
    expect(resumed.learner.average?.['head.kernel']).not.toEqual(resumed.learner.weights['head.kernel']);
  });

  it('logs the same means in an epoch that was stopped within', async () => {
    const epochs = (log: ReturnType<typeof memoryLog>) =>
      log.lines.filter(({ kind }) => kind === 'epoch').map(({ seconds: _, ...line }) => line);
    const whole = memoryLog();
    await train(newFolder(), fresh(), { log: whole });
    const folder = newFolder();
    const abort = new AbortController();
    const log = memoryLog();
    const onBatch = ({ step }: StageReport): void => {
      if (step === 3) abort.abort(new Error('stopped'));
    };
    await expect(train(folder, fresh(), { log, onBatch, signal: abort.signal })).rejects.toThrow('stopped');
    await train(folder, loadCheckpoint(checkpointPath(folder)), { log });
    expect(epochs(log)).toEqual(epochs(whole));
    expect(epochs(log)).toHaveLength(3);
  });

  it('reports loss, collapseness and speed, and logs lines of batches, epochs and validations', async () => {
    const reports: StageReport[] = [];
    const log = memoryLog();
    const validated: number[] = [];
    await train(newFolder(), fresh(), {
      onBatch: (report) => reports.push(report),
      log,
      logEvery: 1,
      validation: {
        every: 2,
        run: async (weights) => {
          validated.push(weights['head.bias']?.data[0] as number);
          return { recallAt1: 0.5 };
        },
      },
    });
    expect(reports.at(-1)).toMatchObject({ stage: 'ca-tride', epoch: 3, epochs: 3, batch: 2, batches: 2, step: 6 });
    for (const report of reports) {
      expect(Number.isFinite(report.loss)).toBe(true);
      expect(Math.abs(report.collapseness ?? Number.NaN)).toBeLessThan(2);
      expect(report.imagesPerSecond).toBeGreaterThan(0);
      expect(report.waiting).toBeGreaterThanOrEqual(0);
      expect(report.waiting).toBeLessThanOrEqual(1);
    }
    expect(log.lines.map(({ kind }) => kind)).toEqual([
      'batch',
      'batch',
      'epoch',
      'batch',
      'batch',
      'validation',
      'epoch',
      'batch',
      'batch',
      'validation',
      'epoch',
    ]);
    const batches = log.lines.filter(({ kind }) => kind === 'batch');
    expect(batches.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    // Two updates of warm-up, then the rest of the cosine.
    expect(batches.map(({ rate }) => rate).slice(0, 3)).toEqual([5e-4, 1e-3, 1e-3]);
    for (const { gradientNorm, memory } of batches) {
      expect(gradientNorm).toBeGreaterThan(0);
      expect(memory).toBeGreaterThan(1);
    }
    expect(validated).toHaveLength(2);
  });

  it('learns: pre-training tells five classes apart', async () => {
    const losses: number[] = [];
    const pretrain: Stage = { ...stage, name: 'pretrain', epochs: 12, rate: 1e-2, warmup: 0 };
    const onBatch = (report: StageReport): void => {
      if (report.batch === report.batches) losses.push(report.loss);
    };
    await runStage(pretrain, pretraining(setting), fresh('pretrain'), stageSetting(images, newFolder(), { onBatch }));
    expect(losses.at(-1) as number).toBeLessThan((losses[0] as number) * 0.6);
  });

  it('does not validate and save an epoch again that a killed run has finished but for its validation', async () => {
    const folder = newFolder();
    let calls = 0;
    const run = async (): Promise<Record<string, number>> => {
      calls += 1;
      if (calls === 1) throw new Error('killed');
      return {};
    };
    await expect(train(folder, fresh(), { validation: { every: 1, run } })).rejects.toThrow('killed');
    const saved = loadCheckpoint(checkpointPath(folder));
    expect(saved?.progress).toMatchObject({ epoch: 0, batch: 2, batches: 2 });
    const steps: number[] = [];
    await train(folder, saved, { validation: { every: 1, run }, onBatch: ({ step }) => steps.push(step) });
    expect(steps).toEqual([3, 4, 5, 6]);
    expect(calls).toBe(4);
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
        return { learner: { ...learner, weights: { ...learner.weights, shift } }, loss: 1 };
      },
      release: async () => {},
    };
    const run = runStage(stage, training, fresh(), stageSetting(images, folder));
    await expect(run).rejects.toMatchObject({ code: 'TRAINING_COLLAPSED', message: expect.stringContaining('shift') });
    expect(loadCheckpoint(checkpointPath(folder))).toBeUndefined();
  });
});
