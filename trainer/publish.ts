import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { SERVING_FILE, WEIGHTS_FILE } from '../embedding/files.ts';
import { encodeSafetensors, tensorOffsets } from '../embedding/safetensors.ts';
import { exportServingModel } from '../embedding/serving.ts';
import type { ModelManifest } from '../embedding/types.ts';
import { writeModelVersion } from '../embedding/write-version.ts';
import { trainingCard } from './card.ts';
import type { Outcome } from './harden.ts';
import type { HardenOptions } from './options.ts';
import { writingTo } from './run-files.ts';

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
  const { backbone, weights, systems } = outcome;
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
  const manifest: Omit<ModelManifest, 'files'> = {
    format: 1,
    version: options.version,
    backbone: backbone.name,
    dimension: backbone.dimension,
    preprocessing: outcome.preprocessing,
    training: trainingCard(options, outcome, command),
    metrics,
    calibration: { shiftPerLevel: Number(judged.shiftPerLevel.toPrecision(4)) },
  };
  const directory = join(options.output, options.version);
  const file = encodeSafetensors({ tensors: weights, metadata: { backbone: backbone.name } });
  const written = writingTo(directory, () =>
    writeModelVersion(directory, manifest, {
      [WEIGHTS_FILE]: file,
      [SERVING_FILE]: exportServingModel(backbone, weights, { file: WEIGHTS_FILE, offsets: tensorOffsets(file) }),
    }),
  );
  return { directory, manifest: written };
}
