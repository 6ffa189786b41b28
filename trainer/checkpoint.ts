import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import { decodeSafetensors, encodeSafetensors } from '../embedding/safetensors.ts';
import type { Weights } from '../embedding/types.ts';
import type { Learner } from './learner.ts';
import { writingTo } from './run-files.ts';
import { readRunJson } from './run-json.ts';
import type { RunningMeans } from './running-means.ts';

/** Where a training stands: all randomness of a batch follows from the seed and these numbers. */
export interface Progress {
  readonly stage: string;
  /** Epochs of the stage that are finished. */
  readonly epoch: number;
  /** Batches of the epoch that are finished. */
  readonly batch: number;
  /** Batches since the stage began, which decide whose turn it is to be attacked. */
  readonly batches: number;
  /** Seconds of training so far, over all sittings. */
  readonly seconds: number;
  /** Of the epoch so far. */
  readonly means: RunningMeans;
  /** Length of the log when the state was saved. */
  readonly logBytes: number;
}

/** The first batch of a stage. */
export function beginningOf(stage: string, seconds = 0, logBytes = 0): Progress {
  return { stage, epoch: 0, batch: 0, batches: 0, seconds, means: {}, logBytes };
}

/** What a checkpoint holds beside tensors. */
interface SavedState extends Pick<Learner, 'lossParameters' | 'memory'> {
  readonly progress: Progress;
  readonly updates: number;
}

const count = z.int().min(0);
/** JSON has no NaN. */
const figure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const figures = z.record(z.string(), figure);
const stateSchema: z.ZodType<SavedState> = z.object({
  progress: z.object({
    stage: z.string(),
    epoch: count,
    batch: count,
    batches: count,
    seconds: z.number().min(0),
    means: z.record(z.string(), z.object({ sum: figure, count })),
    logBytes: count,
  }),
  updates: count,
  lossParameters: figures,
  memory: figures,
});

export function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint.safetensors');
}

/** One file for everything, so that a crash leaves either the old state or the new. @throws HoldfastError RUN_WRITE_FAILED */
export function saveCheckpoint(path: string, progress: Progress, learner: Learner): void {
  const { weights, adam, lossParameters, memory, average = {} } = learner;
  const groups = { weights, first: adam.first, second: adam.second, average };
  const tensors = Object.fromEntries(
    Object.entries(groups).flatMap(([group, arrays]) =>
      Object.entries(arrays).map(([name, array]) => [`${group}/${name}`, array] as const),
    ),
  );
  const state: SavedState = { progress, updates: adam.updates, lossParameters, memory };
  const metadata = { state: JSON.stringify(state) };
  writingTo(path, () => writeFileAtomic(path, encodeSafetensors({ tensors, metadata })));
}

/** The saved state, or undefined where there is none. @throws HoldfastError MODEL_DAMAGED */
export function loadCheckpoint(path: string): { progress: Progress; learner: Learner } | undefined {
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
  const groupOf = (group: string): Weights =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, array]) =>
        name.startsWith(`${group}/`) ? [[name.slice(group.length + 1), array] as const] : [],
      ),
    );
  const { progress, updates, lossParameters, memory } = readRunJson(path, stateSchema, metadata.state ?? 'null');
  const adam = { first: groupOf('first'), second: groupOf('second'), updates };
  const learner = { weights: groupOf('weights'), adam, lossParameters, memory };
  const average = groupOf('average');
  return { progress, learner: Object.keys(average).length === 0 ? learner : { ...learner, average } };
}

/**
 * Holds a run folder to the options it was started with.
 * @throws HoldfastError CHECKPOINT_MISMATCH naming the options that differ, MODEL_DAMAGED, RUN_WRITE_FAILED
 */
export function claimRunFolder(folder: string, options: Readonly<Record<string, unknown>>): void {
  const path = join(folder, 'run.json');
  if (existsSync(path)) {
    const before = readRunJson(path, z.record(z.string(), z.unknown()));
    const names = new Set([...Object.keys(before), ...Object.keys(options)]);
    const differing = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(options[name]));
    if (differing.length > 0) {
      const list = differing.map((name) => `${name} (${JSON.stringify(before[name])} there)`).join(', ');
      throw new HoldfastError('CHECKPOINT_MISMATCH', `${folder} was started with another ${list}`);
    }
  }
  writingTo(path, () => writeFileAtomic(path, `${JSON.stringify(options, null, 2)}\n`));
}
