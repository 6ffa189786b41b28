import { findKind, type WorkerSetting } from './kinds/index.ts';
import type { JobQueue, Lease } from './types.ts';

/** One worker: does one job after the other until the signal, and hands the one at hand back. */
export async function runWorker(
  queue: JobQueue,
  setting: WorkerSetting,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  await queue.work(async (lease) => {
    const { id, kind } = lease.job;
    log(`job ${id} (${kind}) begins`);
    try {
      const result = await doJob(lease, setting);
      log(`job ${id} is done`);
      return result;
    } catch (error) {
      log(`job ${id}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  }, signal);
}

function doJob({ job, signal, report }: Lease, setting: WorkerSetting): Promise<unknown> {
  const { id, kind, input, starts, createdAt } = job;
  return findKind(kind).run(input, { ...setting, id, createdAt, earlierStarts: starts - 1, signal, report });
}
