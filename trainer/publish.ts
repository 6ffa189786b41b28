import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Budget } from '../attack/types.ts';
import { HoldfastError } from '../base/errors.ts';
import { SERVING_FILE, WEIGHTS_FILE } from '../embedding/files.ts';
import { encodeSafetensors, tensorOffsets } from '../embedding/safetensors.ts';
import { exportServingModel } from '../embedding/serving.ts';
import type { ModelManifest } from '../embedding/types.ts';
import { writeModelVersion } from '../embedding/write-version.ts';
import { EVALUATION_BUDGET } from './evaluate.ts';
import type { Outcome } from './harden.ts';
import type { HardenOptions } from './options.ts';
import type { Recipe } from './recipe.ts';
import { caTrideOf } from './recipe-of.ts';

const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

/**
 * Writes the trained system as a model version: weights, serving model, and a card with how it was made and what it is
 * worth. @param command that made it, for the card.
 */
export function publishVersion(
  options: HardenOptions,
  outcome: Outcome,
  command: string,
): { directory: string; manifest: ModelManifest } {
  const { backbone, weights, recipe, stages, seconds, systems, device } = outcome;
  const { weightSign, anchorGoal, regulariser, stepScale } = caTrideOf(options, recipe);
  const epochsOf = (name: string): number => stages.find((stage) => stage.name === name)?.epochs ?? 0;
  const judged = systems.at(-1)?.[1];
  if (judged === undefined) throw new RangeError('no system was evaluated');
  if (!(judged.shiftPerLevel > 0)) {
    throw new HoldfastError(
      'TRAINING_COLLAPSED',
      'all embeddings fell onto one point: no change of the pixels moves them',
    );
  }
  const metrics = Object.fromEntries(
    systems.flatMap(([name, { clean, es, ranking }]) => {
      const prefix = name === options.defense ? '' : `${name}.`;
      return [
        [`${prefix}recallAt1`, rounded(clean.recallAt1)],
        [`${prefix}recallAt2`, rounded(clean.recallAt2)],
        [`${prefix}meanAveragePrecision`, rounded(clean.meanAveragePrecision)],
        [`${prefix}recallAt1UnderEs`, rounded(es)],
        [`${prefix}recallAt1UnderRanking`, rounded(ranking)],
      ];
    }),
  );
  const { lambda } = recipe.caTride;
  const budget = attackOf(options.defense, recipe);
  const manifest: Omit<ModelManifest, 'files'> = {
    format: 1,
    version: options.version,
    backbone: backbone.name,
    dimension: backbone.dimension,
    preprocessing: outcome.preprocessing,
    training: {
      command,
      data: options.data,
      judgedOn: options.split,
      defense: options.defense,
      preset: options.preset,
      seed: options.seed,
      device,
      threads: options.threads,
      pretrainEpochs: epochsOf('pretrain'),
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
      loss: recipe.loss,
      metric: recipe.metric,
      miner: recipe.miner,
      startedFrom: outcome.began,
      lambda,
      weightSign,
      anchorGoal,
      regulariser,
      stepScale,
      attackEpsilon: rounded(budget.epsilon * 255),
      attackAlpha: rounded(budget.alpha * 255),
      attackSteps: budget.steps,
      evaluationEpsilon: rounded(EVALUATION_BUDGET.epsilon * 255),
      evaluationAlpha: rounded(EVALUATION_BUDGET.alpha * 255),
      evaluationSteps: EVALUATION_BUDGET.steps,
      attackedQueries: judged.attacked,
      seconds: rounded(seconds, 0),
      processor: cpus()[0]?.model ?? 'unknown',
      date: new Date().toISOString().slice(0, 10),
    },
    metrics,
    calibration: { shiftPerLevel: Number(judged.shiftPerLevel.toPrecision(4)) },
  };
  const directory = join(options.output, options.version);
  const file = encodeSafetensors({ tensors: weights, metadata: { backbone: backbone.name } });
  const written = writeModelVersion(directory, manifest, {
    [WEIGHTS_FILE]: file,
    [SERVING_FILE]: exportServingModel(backbone, weights, { file: WEIGHTS_FILE, offsets: tensorOffsets(file) }),
  });
  return { directory, manifest: written };
}

/** The attack that a defense trained with. */
function attackOf(defense: string, { attack, caTride }: Recipe): Budget {
  return defense.startsWith('ca-') ? caTride.budget : attack;
}
