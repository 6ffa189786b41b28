import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { decodeSafetensors, encodeSafetensors } from '../../embedding/safetensors.ts';
import { beginningOf, claimRunFolder, loadCheckpoint, saveCheckpoint } from '../../trainer/checkpoint.ts';
import { newLearner } from '../../trainer/learner.ts';
import { loadPlan, savePlan } from '../../trainer/plan.ts';
import { tiny } from './tiny.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-checkpoint-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newPath = (name: string): string => join(root, `${folders++}`, name);
const damaged = expect.objectContaining({ code: 'MODEL_DAMAGED', message: expect.stringContaining('--fresh') });

describe('a checkpoint', () => {
  const learner = { ...newLearner(tiny.init(createRandom('weights')), { beta: 0.6 }, true), memory: { last: 0.25 } };
  const progress = { ...beginningOf('vanilla', 12.5, 40), batch: 3, batches: 3, means: { loss: { sum: 1, count: 3 } } };

  it('gives back what was saved', () => {
    const path = newPath('checkpoint.safetensors');
    expect(loadCheckpoint(path)).toBeUndefined();
    saveCheckpoint(path, progress, learner);
    expect(loadCheckpoint(path)).toEqual({ progress, learner });
  });

  it('keeps a figure that is no number', () => {
    const path = newPath('checkpoint.safetensors');
    saveCheckpoint(path, { ...progress, means: { loss: { sum: Number.NaN, count: 1 } } }, learner);
    expect(loadCheckpoint(path)?.progress.means).toEqual({ loss: { sum: Number.NaN, count: 1 } });
  });

  it.each(['{', 'null', '{"updates":1}'])('with the state %s is refused', (state) => {
    const path = newPath('checkpoint.safetensors');
    saveCheckpoint(path, progress, learner);
    const { tensors } = decodeSafetensors(readFileSync(path), path);
    writeFileSync(path, encodeSafetensors({ tensors, metadata: { state } }));
    expect(() => loadCheckpoint(path)).toThrow(damaged);
  });
});

describe('the folder of a run', () => {
  it('is held to the options it was started with', () => {
    const folder = newPath('run');
    claimRunFolder(folder, { seed: 1, recipe: { pairs: 8 } });
    expect(() => claimRunFolder(folder, { seed: 1, recipe: { pairs: 8 } })).not.toThrow();
    expect(() => claimRunFolder(folder, { seed: 2, recipe: { pairs: 8 } })).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_MISMATCH', message: expect.stringContaining('seed (1 there)') }),
    );
  });

  it.each(['', '[1]', '{"seed":'])('is refused where run.json says %j', (text) => {
    const folder = newPath('run');
    claimRunFolder(folder, { seed: 1 });
    writeFileSync(join(folder, 'run.json'), text);
    expect(() => claimRunFolder(folder, { seed: 1 })).toThrow(damaged);
  });
});

describe('the plan of a run', () => {
  it('is what was saved', () => {
    const folder = newPath('run');
    expect(loadPlan(folder)).toEqual({});
    savePlan(folder, { pretrain: 3, vanilla: 1 });
    expect(loadPlan(folder)).toEqual({ pretrain: 3, vanilla: 1 });
  });

  it.each(['', 'null', '{"vanilla":"3"}', '{"vanilla":0}', '{"vanilla":1.5}'])(
    'is refused where it says %j',
    (text) => {
      const folder = newPath('run');
      savePlan(folder, { vanilla: 1 });
      writeFileSync(join(folder, 'plan.json'), text);
      expect(() => loadPlan(folder)).toThrow(damaged);
    },
  );
});
