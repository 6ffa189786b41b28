import type { z } from 'zod';
import type { JobProgress } from '../types.ts';

/** What a worker gives to the jobs it does. */
export interface WorkerSetting {
  /** The data folder (HOLDFAST_DATA). */
  readonly data: string;
  /** Below it lie the pictures that may be ingested. */
  readonly imports: string;
  /** URL of the server whose gallery is worked on. */
  readonly server: string;
  /** A key of it with the roles `ingest` and, for reindexing, `operator`, where it has keys. */
  readonly key: string | undefined;
}

/** What a job is checked against before it is accepted. */
export interface CheckSetting {
  /** The data folder. */
  readonly data: string;
  /** Steps x restarts x images that an audit may take. */
  readonly auditCost: number;
}

/** A job as its kind sees it. */
export interface JobRun extends WorkerSetting {
  readonly id: string;
  /** When the job was given, or its time came. ISO 8601, UTC. */
  readonly createdAt: string;
  /** Earlier starts, which may have done a part or all of it. */
  readonly earlierStarts: number;
  readonly signal: AbortSignal;
  readonly report: (progress: JobProgress) => Promise<void>;
}

/** A kind of job. */
export interface JobKind<I = unknown> {
  readonly input: z.ZodType<I>;
  /** What can be told to be wrong before the job is accepted. @throws HoldfastError */
  check?(input: I, setting: CheckSetting): Promise<void>;
  /**
   * Does the job, and finishes what an earlier start of it has begun.
   * @returns its result, plain JSON. @throws the signal's reason soon after it is aborted; HoldfastError
   */
  run(input: I, run: JobRun): Promise<unknown>;
}
