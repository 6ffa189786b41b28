import type Bull from 'bull';
import { tooManyLosses } from '../outcome.ts';
import { serializedError } from '../stored.ts';
import type { Job, JobInput, JobProgress, JobState, NewJob } from '../types.ts';

/** What Bull keeps of a job for us. Written by who holds the job, and at no time by anyone else. */
export interface BullData {
  readonly kind: string;
  readonly input: JobInput;
  readonly starts: number;
  readonly failures: number;
  /** The last failure as JSON: Bull forgets it when the job is tried again. */
  readonly error: string | null;
  readonly stopped: boolean;
}

export function newData({ kind, input }: NewJob): BullData {
  return { kind, input, starts: 0, failures: 0, error: null, stopped: false };
}

/** A repeated job that Bull keeps ready for its next time, and that is none yet. */
export function isToCome({ opts, data }: Bull.Job<BullData>, list: string): boolean {
  return list === 'delayed' && opts.repeat !== undefined && data.starts === 0;
}

/** Bull's words for a job that no worker has. */
const WAITING: ReadonlySet<string> = new Set(['waiting', 'delayed', 'paused']);

/** A job as Bull has it. @param cancelRequested is kept beside Bull, which has no such thing. */
export function toJob(bull: Bull.Job<BullData>, state: Bull.JobStatus | 'stuck', cancelRequested: boolean): Job {
  const { kind, input, starts, failures, error } = bull.data;
  const progress: unknown = bull.progress();
  const mapped = stateOf(bull, state, cancelRequested);
  return {
    ...{ id: String(bull.id), kind, input, state: mapped, starts, failures, cancelRequested },
    progress: isProgress(progress) ? progress : null,
    result: mapped === 'done' ? (bull.returnvalue ?? null) : null,
    error: mapped === 'failed' && error === null ? tooManyLosses() : error === null ? null : serializedError(error),
    createdAt: new Date(bull.timestamp).toISOString(),
    startedAt: time(bull.processedOn),
    finishedAt: time(bull.finishedOn),
  };
}

function stateOf({ data, finishedOn }: Bull.Job<BullData>, state: string, cancelRequested: boolean): JobState {
  if (state === 'completed') return 'done';
  if (state === 'failed') return data.stopped ? 'cancelled' : 'failed';
  if (state === 'active') return 'running';
  // A job that is finished is on its way from one of Bull's lists to another for a moment.
  if (!WAITING.has(state) && finishedOn !== undefined) return data.stopped ? 'cancelled' : 'done';
  return cancelRequested ? 'cancelled' : 'waiting';
}

function isProgress(value: unknown): value is JobProgress {
  return typeof value === 'object' && value !== null && 'share' in value && 'note' in value;
}

function time(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
