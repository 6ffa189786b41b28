import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import type { Job, JobQueue, JobState } from './types.ts';

const LOOK_MILLISECONDS = 300;
const FINISHED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled']);

export function isFinished({ state }: Job): boolean {
  return FINISHED.has(state);
}

/**
 * A job as it is now and after each change, until it is finished or the signal. Looks at the queue now and then: its
 * worker may be on another machine.
 * @throws HoldfastError JOB_UNKNOWN
 */
export async function* followJob(
  queue: Pick<JobQueue, 'get'>,
  id: string,
  signal: AbortSignal,
  every = LOOK_MILLISECONDS,
): AsyncGenerator<Job> {
  let last = '';
  while (!signal.aborted) {
    const job = await queue.get(id);
    if (job === undefined) throw new HoldfastError('JOB_UNKNOWN', `no job "${id}"`);
    const now = JSON.stringify(job);
    if (now !== last) yield job;
    last = now;
    if (isFinished(job)) return;
    await sleep(every, undefined, { signal }).catch(() => undefined);
  }
}
