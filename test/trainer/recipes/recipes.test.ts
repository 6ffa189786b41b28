import { describe, expect, it } from 'vitest';
import { backbones, findBackbone } from '../../../embedding/backbones/index.ts';
import { dataSets } from '../../../trainer/data/index.ts';
import { minedLoss } from '../../../trainer/losses/mined.ts';
import { parseHardenOptions } from '../../../trainer/options.ts';
import { stagesOf } from '../../../trainer/recipe.ts';
import { caTrideOf, recipeOf } from '../../../trainer/recipe-of.ts';
import { digits, drawings, photographs, recipeFor } from '../../../trainer/recipes/index.ts';

const given = (...args: string[]) => {
  const options = parseHardenOptions(args, 'data');
  if (options === undefined) throw new Error('no options');
  return options;
};

describe('the recipes', () => {
  it('go by data set and network', () => {
    const named = (data: string, backbone: string): string => recipeFor(data, findBackbone(backbone)).name;
    expect(named('emoji', 'compact')).toBe('drawings');
    expect(named('emoji', 'resnet18')).toBe('drawings');
    expect(named('mnist', 'c2f2')).toBe('digits');
    expect(named('fashion-mnist', 'lenet')).toBe('digits');
    expect(named('cub', 'resnet18')).toBe('photographs');
    expect(named('folder', 'compact')).toBe('drawings');
  });

  it('have a loss, a miner and a metric that go together, for every data set and network', () => {
    for (const { name } of dataSets) {
      for (const backbone of Object.values(backbones)) {
        const { loss, miner, metric } = recipeFor(name, backbone);
        expect(minedLoss({ loss, miner, metric }).metric).toBe(metric);
      }
    }
  });

  it('are those of the publications for photographs and digits', () => {
    const levels = (budget: { epsilon: number; alpha: number; steps: number }) => [
      Math.round(budget.epsilon * 255),
      Math.round(budget.alpha * 255),
      budget.steps,
    ];
    const cub = photographs('cub');
    expect(cub).toMatchObject({ pairs: 56, weightDecay: 4e-4, batchNorm: 'frozen', validateEvery: 5 });
    expect(cub.train).toEqual({ epochs: 75, rate: 1e-5, schedule: 'constant', warmup: 0 });
    expect(levels(cub.attack)).toEqual([8, 1, 32]);
    expect(levels(cub.caTride.budget)).toEqual([8, 1, 16]);
    expect(['cub', 'cars196', 'sop', 'toString'].map((set) => photographs(set).caTride.lambda)).toEqual([
      10, 9.5, 2, 10,
    ]);
    expect(digits).toMatchObject({ pairs: 128, weightDecay: 1e-7, loss: 'triplet', miner: 'random' });
    expect(digits.train).toMatchObject({ epochs: 8, rate: 1e-3, schedule: 'constant' });
    expect(levels(digits.attack)).toEqual([77, 3, 32]);
    // Where nothing is published, CA-TRIDE takes half the steps, which reach as far.
    for (const { attack, caTride } of [drawings, digits]) {
      expect(caTride.budget.steps).toBe(attack.steps / 2);
      expect(caTride.budget.alpha * caTride.budget.steps).toBeCloseTo(attack.alpha * attack.steps, 12);
    }
  });

  it('leave out pre-training where the weights are given', () => {
    expect(stagesOf(drawings, ['vanilla', 'ca-tride']).map(({ name, from }) => [name, from])).toEqual([
      ['pretrain', undefined],
      ['vanilla', 'pretrain'],
      ['ca-tride', 'pretrain'],
    ]);
    expect(stagesOf(drawings, ['vanilla', 'hm'], false).map(({ name, from }) => [name, from])).toEqual([
      ['vanilla', undefined],
      ['hm', undefined],
    ]);
    expect(stagesOf(drawings, ['vanilla'])).toHaveLength(2);
  });
});

describe('options in place of a recipe', () => {
  const compact = findBackbone('compact');

  it('change nothing where they are not given', () => {
    expect(recipeOf(given(), compact)).toEqual(drawings);
    expect(caTrideOf(given('--preset', 'release'), drawings)).toMatchObject({ weightSign: '+', lambda: 2 });
  });

  it('each change what they name', () => {
    const options = given(
      ...['--epochs', '3', '--rate', '0.5', '--warmup', '7', '--schedule', 'constant', '--pairs', '9', '--steps', '6'],
      ...['--epsilon', '4', '--lambda', '5', '--clip-norm', '2', '--average', '0.99', '--weight-decay', '0.1'],
      ...['--metric', 'C', '--alpha', '1', '--batch-norm', 'live', '--validate-every', '2'],
    );
    expect(recipeOf(options, compact)).toEqual({
      ...drawings,
      ...{ pairs: 9, clipNorm: 2, average: 0.99, weightDecay: 0.1, metric: 'C', batchNorm: 'live' },
      validateEvery: 2,
      train: { epochs: 3, rate: 0.5, schedule: 'constant', warmup: 7 },
      attack: { epsilon: 4 / 255, alpha: 1 / 255, steps: 6 },
      caTride: { lambda: 5, margin: 0.2, budget: { epsilon: 4 / 255, alpha: 1 / 255, steps: 6 } },
    });
  });

  it('take the miner of another loss, unless one is named', () => {
    expect(recipeOf(given('--defense', 'vanilla', '--loss', 'npair'), compact).miner).toBe('npair');
    expect(recipeOf(given('--defense', 'vanilla', '--loss', 'triplet'), compact).miner).toBe('semihard');
    expect(recipeOf(given('--defense', 'act', '--loss', 'margin', '--miner', 'random'), compact).miner).toBe('random');
  });

  it('change the points of a preset', () => {
    const options = given(
      '--weight-sign',
      '+',
      '--anchor-goal',
      'minimise',
      '--regulariser',
      'off',
      '--step-scale',
      'none',
    );
    expect(caTrideOf(options, drawings)).toEqual({
      ...drawings.caTride,
      ...{ weightSign: '+', anchorGoal: 'minimise', regulariser: 'off', stepScale: 'none' },
    });
  });
});
