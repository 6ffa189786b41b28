import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { Job, JobQueue } from '../../../../server/jobs/types.ts';
import { forkScript } from '../../../support/bundles/bundled.ts';

const WORKER = fileURLToPath(new URL('./job-worker.ts', import.meta.url));

/** Workers in processes of their own that a test kills. */
export interface TestWorkers {
  /** Starts one in a group of its own. @param args those of job-worker.ts */
  start(...args: readonly string[]): ChildProcess;
  /** Kills one together with what it has started, as a power cut does, or alone. */
  kill(worker: ChildProcess, which: 'with its own' | 'alone'): Promise<void>;
  /** Kills all that are left. */
  end(): void;
}

export function testWorkers(): TestWorkers {
  const workers: ChildProcess[] = [];
  return {
    start(...args) {
      const worker = forkScript(WORKER, args, { detached: true, stdio: 'inherit' });
      workers.push(worker);
      return worker;
    },
    async kill(worker, which) {
      if (worker.pid === undefined) throw new Error('the worker has not started');
      process.kill(which === 'alone' ? worker.pid : -worker.pid, 'SIGKILL');
      await once(worker, 'exit');
    },
    end() {
      for (const worker of workers) worker.kill('SIGKILL');
    },
  };
}

/** Waits up to two minutes for a job to become what `check` says. */
export function jobWith(queue: JobQueue, id: string, check: (job: Job) => boolean): Promise<Job> {
  return vi.waitFor(
    async () => {
      const job = await queue.get(id);
      if (job === undefined || !check(job)) throw new Error(JSON.stringify(job));
      return job;
    },
    { timeout: 120_000, interval: 50 },
  );
}
