import { describe, expect, it } from 'vitest';
import { findBackbone } from '../../embedding/backbones/index.ts';
import { trainingCard } from '../../trainer/card.ts';
import { defenses } from '../../trainer/defenses/index.ts';
import { parseHardenOptions } from '../../trainer/options.ts';
import { stagesOf } from '../../trainer/recipe.ts';
import { recipeOf } from '../../trainer/recipe-of.ts';

function cardOf(...args: string[]) {
  const options = parseHardenOptions(args, 'data');
  if (options === undefined) throw new RangeError('no options');
  const recipe = recipeOf(options, findBackbone(options.backbone));
  const stages = stagesOf(recipe, ['vanilla', options.defense]);
  return trainingCard(options, { recipe, stages, seconds: 1, systems: [], device: 'cpu', began: '' }, 'command');
}

describe('the card of a version', () => {
  it('says what the defense was trained with, not its control', () => {
    const own = { loss: 'contrastive', miner: 'hard' };
    const options = ['--loss', 'contrastive', '--miner', 'hard'];
    expect(cardOf('--defense', 'act', ...options)).toMatchObject(own);
    expect(cardOf('--defense', 'hm', ...options)).toMatchObject({ ...own, miner: 'softhard' });
    for (const defense of ['ca-tride', 'ca-anp', 'ca-cap'])
      expect(cardOf('--defense', defense)).toMatchObject({ loss: 'triplet', miner: 'ghard' });
  });

  it.each(Object.keys(defenses))('of %s has words and numbers alone', (defense) => {
    const values = Object.values(cardOf('--defense', defense));
    expect(values.filter((value) => value === undefined || (typeof value === 'object' && value !== null))).toEqual([]);
  });

  it('has the reading of CA-TRIDE where it was trained by it, and null elsewhere', () => {
    const released = { preset: 'release', weightSign: '+', anchorGoal: 'minimise', regulariser: 'always' };
    expect(cardOf('--preset', 'release', '--lambda', '3')).toMatchObject({ ...released, lambda: 3 });
    const nothing = { preset: null, lambda: null, weightSign: null, anchorGoal: null, stepScale: null };
    expect(cardOf('--defense', 'act')).toMatchObject(nothing);
  });

  it('has the attack of the judgement, which for digits is the published one for them', () => {
    const steps = { evaluationAlpha: 3, evaluationSteps: 32 };
    expect(cardOf()).toMatchObject({ evaluationEpsilon: 8, ...steps });
    expect(cardOf('--data', 'mnist', '--backbone', 'lenet')).toMatchObject({ evaluationEpsilon: 77, ...steps });
  });

  it('has the attack of the training, where there was one', () => {
    const options = ['--epsilon', '4', '--alpha', '0.5', '--steps', '3'];
    const attack = { attackEpsilon: 4, attackAlpha: 0.5, attackSteps: 3 };
    for (const defense of ['act', 'ca-tride']) expect(cardOf('--defense', defense, ...options)).toMatchObject(attack);
    const none = { attackEpsilon: null, attackAlpha: null, attackSteps: null };
    expect(cardOf('--defense', 'vanilla', ...options)).toMatchObject(none);
  });
});
