import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { decodeSafetensors, encodeSafetensors } from '../../embedding/safetensors.ts';
import { beginningOf, claimRunFolder, loadCheckpoint, saveCheckpoint } from '../../trainer/checkpoint.ts';
import { newLearner } from '../../trainer/learner.ts';
import { openCurves } from '../../trainer/monitor/curves.ts';
import { openLog } from '../../trainer/monitor/log.ts';
import { loadPlan, savePlan } from '../../trainer/plan.ts';
import { writingTo } from '../../trainer/run-files.ts';
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

describe('what cannot be written', () => {
  it('is named, with the way out', () => {
    const file = newPath('file');
    mkdirSync(dirname(file));
    writeFileSync(file, '');
    const refused = expect.objectContaining({ code: 'RUN_WRITE_FAILED', message: expect.stringContaining(file) });
    // A file stands where a folder is wanted.
    expect(() => claimRunFolder(join(file, 'run'), { seed: 1 })).toThrow(refused);
    expect(() => savePlan(join(file, 'run'), { vanilla: 1 })).toThrow(refused);
    expect(() => saveCheckpoint(join(file, 'c.safetensors'), beginningOf('x'), newLearner({}))).toThrow(refused);
    expect(() => openLog(join(file, 'log.jsonl'), 0).append({ kind: 'run' })).toThrow(refused);
    expect(() => openCurves(join(file, 'curves.svg'), { lines: [] }).draw()).toThrow(refused);
  });

  it('is told apart from other errors', () => {
    const other = new RangeError('other');
    expect(() =>
      writingTo('path', () => {
        throw other;
      }),
    ).toThrow(other);
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
