import { HoldfastError } from '../../base/errors.ts';
import type { CheckSetting } from './kinds/index.ts';
import { openQueue } from './open.ts';
import type { Job, JobQueue } from './types.ts';
import { createWorkerHost, type WorkerHost } from './worker-host.ts';
import type { WorkerOptions } from './worker-options.ts';

/** The jobs of a server. */
export interface Jobs extends CheckSetting {
  readonly queue: JobQueue;
  /** Aborted when the server stops. */
  readonly ending: AbortSignal;
  /** From now on, and at once where jobs wait already or come again and again, there is a worker for the server at this URL. */
  begin(server: string): Promise<void>;
  /** Sees to it that somebody works. */
  wake(): void;
  /** Ends streams of events, and lets the worker hand back its job and end. */
  stopWorking(): Promise<void>;
  /** Lets go of the queue. */
  close(): Promise<void>;
}

export interface JobsOptions extends Omit<WorkerOptions, 'server'> {
  /** Whether this server starts a worker; others may do the work. */
  readonly worker: boolean;
  /** Steps x restarts x images that an audit may take. */
  readonly auditCost: number;
}

const UNFINISHED = ['running', 'waiting'] as const;

/**
 * Opens the queue of a server, and starts a worker when there are jobs.
 * @throws HoldfastError QUEUE_UNAVAILABLE, QUEUE_UNSAFE, QUEUE_WRITE_FAILED
 */
export async function openJobs(options: JobsOptions, log: (line: string) => void): Promise<Jobs> {
  const queue = await openQueue(options);
  const ending = new AbortController();
  let host: WorkerHost | undefined;
  return {
    queue,
    data: options.data,
    auditCost: options.auditCost,
    ending: ending.signal,
    async begin(server) {
      if (!options.worker) return;
      host = createWorkerHost({ ...options, server }, log);
      const left = await Promise.all(UNFINISHED.map((state) => queue.list({ state, limit: 1 })));
      if (left.flat().length > 0 || (await queue.schedules()).length > 0) host.wake();
    },
    wake: () => host?.wake(),
    async stopWorking() {
      ending.abort();
      await host?.close();
    },
    close: () => queue.close(),
  };
}

/** @throws HoldfastError JOB_UNKNOWN */
export function known(id: string, job: Job | undefined): Job {
  if (job === undefined) throw new HoldfastError('JOB_UNKNOWN', `no job "${id}"`);
  return job;
}
