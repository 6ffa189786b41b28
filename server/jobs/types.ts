import type { SerializedError } from '../../base/errors.ts';

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** What a job is made of. Plain JSON. */
export type JobInput = Readonly<Record<string, unknown>>;

export interface NewJob {
  /** One of `jobKinds`. */
  readonly kind: string;
  readonly input: JobInput;
}

/** How far a job is. */
export interface JobProgress {
  /** Of the whole job, 0 to 1. */
  readonly share: number;
  /** One line for people. */
  readonly note: string;
  /** Figures by name. */
  readonly figures?: Readonly<Record<string, number | string>>;
}

export interface Job extends NewJob {
  readonly id: string;
  readonly state: JobState;
  /** How often a worker has begun it. */
  readonly starts: number;
  /** How often it has failed and was tried again, or was given up. */
  readonly failures: number;
  /** A cancelled job runs on until its worker has noticed. */
  readonly cancelRequested: boolean;
  readonly progress: JobProgress | null;
  /** What a job that is done came to. */
  readonly result: unknown;
  /** Why it failed, the last time. */
  readonly error: SerializedError | null;
  /** ISO 8601, UTC, like the other times. */
  readonly createdAt: string;
  /** The last start. */
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** A job that comes again and again. */
export interface NewSchedule extends NewJob {
  /** When, in UTC: five fields of cron, such as `0 3 * * *`. */
  readonly cron: string;
}

export interface Schedule extends NewSchedule {
  readonly id: string;
  /** The next time. ISO 8601, UTC. */
  readonly nextAt: string;
  readonly createdAt: string;
}

/** A job in the hands of one worker. */
export interface Lease {
  readonly job: Job;
  /** Aborted when the worker shall let go: the reason is a `LetGo`. */
  readonly signal: AbortSignal;
  /** Tells how far the job is. */
  report(progress: JobProgress): Promise<void>;
}

/** Why a worker must let go of a job: it was cancelled, another worker has it by now, or this one ends. */
export class LetGo extends Error {
  readonly why: 'cancelled' | 'lost' | 'handed back';

  constructor(why: LetGo['why']) {
    super(`the job was ${why}`);
    this.name = 'LetGo';
    this.why = why;
  }
}

/** Does a job and answers with its result. What it throws is a failure, or the signal's reason when it was let go. */
export type JobHandler = (lease: Lease) => Promise<unknown>;

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
  readonly limit: number;
}

/**
 * Jobs that outlive the process. An acknowledged job is on disk. A job whose worker died is begun again by one other,
 * `MOST_LOSSES` times; one that fails is tried again after a pause, `MOST_FAILURES` times in all.
 * Every method throws QUEUE_UNAVAILABLE when the store cannot be reached, or QUEUE_WRITE_FAILED when it cannot write.
 */
export interface JobQueue {
  enqueue(job: NewJob): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(filter: JobFilter): Promise<Job[]>;
  /** A job that waits is cancelled at once, one that runs when its worker has noticed. Undefined for an unknown id. */
  cancel(id: string): Promise<Job | undefined>;
  /** A job is enqueued by the workers whenever its time has come; once, where it came several times while none worked. @throws REQUEST_INVALID */
  schedule(schedule: NewSchedule): Promise<Schedule>;
  /** Oldest first. */
  schedules(): Promise<Schedule[]>;
  /** Whether there was such a schedule. Its jobs stay. */
  unschedule(id: string): Promise<boolean>;
  /**
   * Claims one job after the other, holds its lease by heartbeats while the handler runs, and completes or fails it.
   * Resolves after the signal, when the job at hand was handed back.
   */
  work(handler: JobHandler, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Times in milliseconds. */
export interface QueueTimes {
  /** After this long without a heartbeat the worker counts as dead. */
  readonly lease: number;
  /** From one look at the queue, or heartbeat, to the next. */
  readonly poll: number;
  /** Before the second try; each further one waits four times as long. */
  readonly pause: number;
}

export const DEFAULT_TIMES: QueueTimes = { lease: 15_000, poll: 500, pause: 2_000 };
