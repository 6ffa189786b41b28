import { cpus } from 'node:os';
import type { ModelManifest } from '../embedding/types.ts';
import { isCaTride, trainedWith } from './defenses/index.ts';
import { evaluationBudget } from './evaluate.ts';
import type { Outcome } from './harden.ts';
import type { HardenOptions } from './options.ts';
import { PRETRAINING, type Recipe } from './recipe.ts';
import { caTrideOf } from './recipe-of.ts';

type Card = ModelManifest['training'];

const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

/** How a version was made, for its card. What does not belong to its defense is null. @param command that made it. */
export function trainingCard(
  options: HardenOptions,
  {
    recipe,
    stages,
    seconds,
    systems,
    device,
    began,
  }: Pick<Outcome, 'recipe' | 'stages' | 'seconds' | 'systems' | 'device' | 'began'>,
  command: string,
): Card {
  const epochsOf = (name: string): number => stages.find((stage) => stage.name === name)?.epochs ?? 0;
  const evaluation = evaluationBudget(recipe);
  const attacked = systems.at(-1)?.[1].attacked ?? 0;
  return {
    command,
    data: options.data,
    judgedOn: options.split,
    defense: options.defense,
    ...readingOf(options, recipe),
    seed: options.seed,
    device,
    threads: options.threads,
    pretrainEpochs: epochsOf(PRETRAINING),
    trainEpochs: epochsOf(options.defense),
    pairsPerBatch: recipe.pairs,
    learningRate: recipe.train.rate,
    schedule: recipe.train.schedule,
    warmupUpdates: recipe.train.warmup,
    weightDecay: recipe.weightDecay,
    clipNorm: recipe.clipNorm ?? null,
    averageDecay: recipe.average ?? null,
    batchNorm: recipe.batchNorm ?? 'frozen',
    recipe: recipe.name,
    ...trainedWith(options.defense, recipe),
    metric: recipe.metric,
    startedFrom: began,
    ...attackOf(options.defense, recipe),
    evaluationEpsilon: rounded(evaluation.epsilon * 255),
    evaluationAlpha: rounded(evaluation.alpha * 255),
    evaluationSteps: evaluation.steps,
    attackedQueries: attacked,
    seconds: rounded(seconds, 0),
    processor: cpus()[0]?.model ?? 'unknown',
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The reading of CA-TRIDE that a version was trained by. */
function readingOf(options: HardenOptions, recipe: Recipe): Card {
  const own = isCaTride(options.defense);
  const { lambda, weightSign, anchorGoal, regulariser, stepScale } = caTrideOf(options, recipe);
  const reading = { preset: options.preset, lambda, weightSign, anchorGoal, regulariser, stepScale };
  return own ? reading : Object.fromEntries(Object.keys(reading).map((name) => [name, null]));
}

/** The attack that a defense trained with, in 1/255. */
function attackOf(defense: string, { attack, caTride }: Recipe): Card {
  if (defense === 'vanilla') return { attackEpsilon: null, attackAlpha: null, attackSteps: null };
  const { epsilon, alpha, steps } = isCaTride(defense) ? caTride.budget : attack;
  return { attackEpsilon: rounded(epsilon * 255), attackAlpha: rounded(alpha * 255), attackSteps: steps };
}
