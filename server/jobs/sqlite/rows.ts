import { serializedError } from '../stored.ts';
import type { Job, JobProgress, JobState } from '../types.ts';

/** A row of the table of jobs. */
export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
  readonly state: JobState;
  readonly starts: number;
  readonly failures: number;
  readonly losses: number;
  readonly cancel_requested: number;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly created: number;
  readonly started: number | null;
  readonly finished: number | null;
}

export function toJob(row: JobRow): Job {
  const { id, kind, state, starts, failures } = row;
  const progress: JobProgress | null = parse(row.progress);
  return {
    ...{ id, kind, input: JSON.parse(row.input), state, starts, failures, progress },
    cancelRequested: row.cancel_requested === 1,
    result: parse(row.result),
    error: row.error === null ? null : serializedError(row.error),
    createdAt: new Date(row.created).toISOString(),
    startedAt: time(row.started),
    finishedAt: time(row.finished),
  };
}

function parse(text: string | null) {
  return text === null ? null : JSON.parse(text);
}

function time(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
