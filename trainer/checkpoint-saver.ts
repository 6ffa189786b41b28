import { HoldfastError } from '../base/errors.ts';
import { checkpointPath, type Progress, saveCheckpoint } from './checkpoint.ts';
import type { Learner } from './learner.ts';
import type { RunLog } from './monitor/log.ts';

export interface Saver {
  /** Saves now. @throws HoldfastError TRAINING_COLLAPSED for a weight that is no number, which is not saved. */
  readonly save: (progress: Progress, learner: Learner) => void;
  /** Saves when the time has come. */
  readonly saveIfDue: (progress: Progress, learner: Learner) => void;
}

/** Between two checkpoints lies this many times what the last one took, so that writing stays a small share of the time. */
const SPARING = 40;

/** Writes a run's checkpoints. @param seconds from one to the next at least; 0 saves each time. */
export function createSaver(
  folder: string,
  seconds: number,
  log: Pick<RunLog, 'bytes'>,
  now: () => number = () => performance.now(),
): Saver {
  let [last, took] = [now(), 0];
  const save = (progress: Progress, learner: Learner): void => {
    const started = now();
    // GPUs may lose a NaN on its way to the loss: WGSL leaves open what the larger of NaN and 0 is.
    const broken = Object.entries(learner.weights).find(([, { data }]) => !allFinite(data));
    if (broken !== undefined) {
      throw new HoldfastError(
        'TRAINING_COLLAPSED',
        `${broken[0]} of ${progress.stage} is not finite after update ${progress.batches}`,
      );
    }
    saveCheckpoint(checkpointPath(folder), { ...progress, logBytes: log.bytes }, learner);
    last = now();
    took = last - started;
  };
  return {
    save,
    saveIfDue(progress, learner) {
      const wait = seconds === 0 ? 0 : Math.max(1000 * seconds, SPARING * took);
      if (now() - last >= wait) save(progress, learner);
    },
  };
}

function allFinite(data: ArrayLike<number>): boolean {
  // Zero times a number is zero, unless it is not finite.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += 0 * (data[i] as number);
  return sum === 0;
}
