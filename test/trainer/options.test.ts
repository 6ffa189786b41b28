import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { progressLine } from '../../base/terminal.ts';
import { fitStages } from '../../trainer/budget.ts';
import { harden } from '../../trainer/harden.ts';
import { parseHardenOptions } from '../../trainer/options.ts';
import { DEFAULT_RECIPE, rateAt, stagesOf } from '../../trainer/recipe.ts';

const parse = (...args: string[]) => parseHardenOptions(args, 'data');

describe('the options of harden', () => {
  it('have defaults that name the version', () => {
    expect(parse()).toMatchObject({
      data: 'emoji',
      backbone: 'compact',
      defense: 'ca-tride',
      preset: 'paper',
      seed: 1,
      version: 'emoji-ca-tride-paper-s1',
      output: 'data/models',
      split: 'test',
      budget: undefined,
      device: 'cpu',
    });
    expect(parse('--defense', 'vanilla', '--seed', '7')?.version).toBe('emoji-vanilla-s7');
    expect(parse('--backbone', 'resnet18')?.version).toBe('emoji-resnet18-ca-tride-paper-s1');
  });

  it('read a budget as seconds', () => {
    expect(parse('--budget', '15m')?.budget).toBe(900);
  });

  it('ask for help by giving nothing', () => {
    expect(parse('--help')).toBeUndefined();
  });

  it.each([
    ['--seed', '1.5'],
    ['--seed', 'one'],
    ['--seed', ''],
    ['--queries', '0'],
    ['--budget', 'soon'],
    ['--budget', '0s'],
    ['--defense', 'hm'],
    ['--preset', 'toString'],
    ['--split', 'train'],
    ['--device', 'gpu'],
    ['--threads', '0'],
    ['--threads', '100000'],
    ['--name', '../up'],
    ['--name', 'Upper'],
    ['--unknown', 'x'],
    ['stray'],
  ])('refuse %s %s with a named error', (...args) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});

describe('the backbone of a run', () => {
  const start = async (backbone: string): Promise<unknown> => {
    const options = parse('--backbone', backbone);
    if (options === undefined) throw new Error('no options');
    const folders = { folder: join(root, backbone), cache: join(root, 'cache') };
    return harden(options, folders, progressLine(), new AbortController().signal);
  };
  const root = mkdtempSync(join(tmpdir(), 'holdfast-backbone-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(['vgg', 'toString'])('%s is refused with the names that exist', async (name) => {
    await expect(start(name)).rejects.toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('compact, c2f2, lenet') }),
    );
  });
});

describe('the plan of a run', () => {
  it('pre-trains, and trains control and defense from there for equally long', () => {
    const stages = stagesOf(DEFAULT_RECIPE, 'ca-tride');
    expect(stages.map(({ name, from }) => [name, from])).toEqual([
      ['pretrain', undefined],
      ['vanilla', 'pretrain'],
      ['ca-tride', 'pretrain'],
    ]);
    expect(stages[1]?.epochs).toBe(stages[2]?.epochs);
    expect(stagesOf(DEFAULT_RECIPE, 'vanilla')).toHaveLength(2);
  });

  it('is shortened to a budget, never lengthened, never below an epoch', () => {
    const stages = stagesOf(DEFAULT_RECIPE, 'ca-tride');
    const seconds = [10, 10, 30];
    const needed = stages.reduce((sum, { epochs }, i) => sum + epochs * (seconds[i] ?? 0), 0);
    expect(fitStages(stages, seconds, undefined)).toEqual(stages);
    expect(fitStages(stages, seconds, 10 * needed)).toEqual(stages);
    expect(fitStages(stages, seconds, 1).map(({ epochs }) => epochs)).toEqual([1, 1, 1]);
    const half = fitStages(stages, seconds, needed / 2);
    expect(half.reduce((sum, { epochs }, i) => sum + epochs * (seconds[i] ?? 0), 0)).toBeLessThanOrEqual(needed / 2);
  });

  it('lets the rate fall along half a cosine, or stay', () => {
    expect(rateAt({ rate: 1, schedule: 'cosine' }, 0)).toBe(1);
    expect(rateAt({ rate: 1, schedule: 'cosine' }, 0.5)).toBeCloseTo(0.5);
    expect(rateAt({ rate: 1, schedule: 'constant' }, 0.9)).toBe(1);
  });
});
