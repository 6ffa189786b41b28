import type { Backbone } from '../embedding/types.ts';
import { type CaTrideOptions, presets } from './defenses/index.ts';
import { defaultMiner } from './losses/compatible.ts';
import type { OptionValues } from './option-table.ts';
import type { Recipe } from './recipe.ts';
import { recipeFor } from './recipes/index.ts';

type Given = Omit<OptionValues, 'device' | 'threads' | 'output' | 'name'>;

/** The recipe of the data set and the network, with what the options put in its place. */
export function recipeOf(options: Given, backbone: Backbone, recipe = recipeFor(options.data, backbone)): Recipe {
  const attack = known({ epsilon: options.epsilon, alpha: options.alpha, steps: options.steps });
  const { caTride, train } = recipe;
  const newLoss = options.loss === recipe.loss ? undefined : options.loss;
  return {
    ...recipe,
    ...known({
      pairs: options.pairs,
      weightDecay: options['weight-decay'],
      clipNorm: options['clip-norm'],
      average: options.average,
      batchNorm: options['batch-norm'],
      loss: options.loss,
      metric: options.metric,
      miner: options.miner ?? (newLoss === undefined ? undefined : defaultMiner[newLoss]),
      validateEvery: options['validate-every'],
    }),
    train: {
      ...train,
      ...known({ epochs: options.epochs, rate: options.rate, schedule: options.schedule, warmup: options.warmup }),
    },
    attack: { ...recipe.attack, ...attack },
    caTride: {
      ...caTride,
      ...known({ lambda: options.lambda }),
      budget: { ...caTride.budget, ...attack },
    },
  };
}

/** CA-TRIDE as a run has it: its preset, the options that change it, and the recipe's figures. */
export function caTrideOf(options: Given, { caTride }: Recipe): CaTrideOptions {
  const points = known({
    weightSign: options['weight-sign'],
    anchorGoal: options['anchor-goal'],
    regulariser: options.regulariser,
    stepScale: options['step-scale'],
  });
  return { ...presets[options.preset], ...points, ...caTride };
}

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value. */
function known<T extends object>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
}
