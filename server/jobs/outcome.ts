import { HoldfastError, type SerializedError, serializeError } from '../../base/errors.ts';
import { LetGo, type QueueTimes } from './types.ts';

/** Tries of a job that fails, the first included. */
export const MOST_FAILURES = 3;
/** Workers that may die over a job before it is given up: a job that kills its process must not go round for ever. */
export const MOST_LOSSES = 5;
/** Finished jobs that are remembered. */
export const KEPT = 1000;

const LONGEST_PAUSE = 300_000;
const PAUSE_FACTOR = 4;
/** Statuses that pass by themselves. */
const BUSY: ReadonlySet<number> = new Set([429, 503]);
/** Errors of the catalogue that do so too. All others stay what they are, however often one tries. */
const PASSING: ReadonlySet<string> = new Set([
  'INTERNAL',
  'RUN_WRITE_FAILED',
  'INDEX_WRITE_FAILED',
  'INDEX_LOCKED',
  'STORE_UNAVAILABLE',
  'STORE_UNACKNOWLEDGED',
]);

/** What becomes of a job whose handler threw. */
export type Outcome =
  | { readonly kind: 'lost' | 'cancelled' | 'handed back' }
  | { readonly kind: 'failed'; readonly error: SerializedError }
  | { readonly kind: 'again'; readonly error: SerializedError; readonly pause: number };

/** @param failures so far, this one not counted. */
export function outcomeOf(cause: unknown, failures: number, times: QueueTimes): Outcome {
  if (cause instanceof LetGo) return { kind: cause.why };
  const error = serializeError(cause);
  if (isPermanent(cause) || failures + 1 >= MOST_FAILURES) return { kind: 'failed', error };
  return { kind: 'again', error, pause: Math.min(LONGEST_PAUSE, times.pause * PAUSE_FACTOR ** failures) };
}

function isPermanent(cause: unknown): boolean {
  return cause instanceof HoldfastError && !BUSY.has(cause.status) && !PASSING.has(cause.code);
}

/** The error of a job that has cost too many workers. */
export function tooManyLosses(): SerializedError {
  return { code: 'JOB_LOST', message: `its worker died ${MOST_LOSSES + 1} times` };
}
