import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { createEngine } from '../../engine/index.ts';
import type { Engine } from '../../engine/types.ts';
import { createLoader } from '../../trainer/loading/index.ts';
import { parseHardenOptions } from '../../trainer/options.ts';
import { type Recipe, stagesOf } from '../../trainer/recipe.ts';
import { drawings } from '../../trainer/recipes/index.ts';
import { type Run, trainStages } from '../../trainer/train-stages.ts';
import { countedEngine } from '../attack/support/counted-engine.ts';
import { patches } from './support.ts';
import { memoryLog, tiny } from './tiny.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-stages-'));
afterAll(() => rmSync(root, { recursive: true }));

const images = patches(5, 3, tiny.size);
const stage = { epochs: 1, rate: 1e-3, schedule: 'constant', warmup: 0 } as const;
const recipe: Recipe = { ...drawings, pairs: 4, pretrain: stage, train: stage };

describe('the stages of a run', () => {
  let plain: Engine;
  let runs = 0;
  const runOn = (engine: Engine, more: Partial<Run> = {}): Run => {
    const options = parseHardenOptions([], root);
    if (options === undefined) throw new RangeError('no options');
    const weights = tiny.init(createRandom('weights'));
    return {
      options,
      recipe,
      folder: join(root, `${runs++}`),
      engine,
      backbone: tiny,
      first: { weights, fresh: true, says: 'fresh weights', fingerprint: null },
      train: images,
      loader: createLoader(images, { size: tiny.size, channels: 3, augmentation: 'none', threads: 0 }),
      log: memoryLog(),
      line: { update: () => {}, finish: () => {} },
      signal: new AbortController().signal,
      validate: async () => ({}),
      evaluationEpochs: 0,
      ...more,
    };
  };

  beforeAll(async () => {
    plain = await createEngine({ threads: 1 });
  });

  it('are refused before the first where the defense does not go with the loss', async () => {
    const { engine, compiled } = countedEngine(plain);
    const run = runOn(engine, { recipe: { ...recipe, loss: 'lifted', miner: 'lifted' } });
    const stages = stagesOf(run.recipe, ['vanilla', 'act']);
    await expect(trainStages(run, stages)).rejects.toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(compiled()).toBe(0);
    expect(existsSync(run.folder)).toBe(false);
  });

  it('begin with the same weights, and release what they compiled', async () => {
    const { engine, live, compiled } = countedEngine(plain);
    const run = runOn(engine);
    const { finished } = await trainStages(run, stagesOf(recipe, ['vanilla', 'act']));
    expect([...finished.keys()]).toEqual(['pretrain', 'vanilla', 'act']);
    expect(compiled()).toBeGreaterThan(3);
    expect(live).toEqual([]);
  });

  it('see the same batches with the same changes, but for pre-training', async () => {
    const run = runOn(plain);
    const shown: { rows: readonly (readonly number[])[]; pixels: Float32Array[] }[] = [];
    const loader = createLoader(images, { size: tiny.size, channels: 3, augmentation: 'pose', threads: 0 });
    const recorded: Run['loader'] = {
      ...loader,
      async *epoch(batches, random, from) {
        const pixels: Float32Array[] = [];
        shown.push({ rows: batches, pixels });
        for await (const batch of loader.epoch(batches, random, from)) {
          pixels.push(Float32Array.from(batch.data));
          yield batch;
        }
      },
    };
    await trainStages({ ...run, loader: recorded }, stagesOf(recipe, ['vanilla', 'act']));
    const [pretraining, control, defense] = shown;
    expect(shown).toHaveLength(3);
    expect(defense).toEqual(control);
    expect(pretraining?.rows).not.toEqual(control?.rows);
    expect(control?.pixels.length).toBe(4);
  });

  it.each([
    ['ca-tride', 1, 1],
    ['ca-cap', 2, 0],
    ['act', 1, 0],
  ])('warn of an attack that takes no steps: %s, %i epochs', async (name, epochs, warnings) => {
    const said: string[] = [];
    const line = { update: () => {}, finish: (text: string) => said.push(text) };
    const run = runOn(plain, { line, recipe: { ...recipe, train: { ...stage, epochs } } });
    await trainStages(run, stagesOf(run.recipe, [name], false));
    expect(said.filter((text) => /no steps.*--epochs 2.*--step-scale none/.test(text))).toHaveLength(warnings);
  });

  it('release what was compiled to be measured, too, when one of them fails', async () => {
    const { engine, live, compiled } = countedEngine(plain);
    const run = runOn(engine, {
      options: { ...runOn(engine).options, budget: 600 },
      validate: () => Promise.reject(new RangeError('no validation')),
    });
    await expect(trainStages(run, stagesOf(recipe, ['vanilla', 'act'], false))).rejects.toThrow('no validation');
    expect(compiled()).toBeGreaterThan(3);
    expect(live).toEqual([]);
  });
});
