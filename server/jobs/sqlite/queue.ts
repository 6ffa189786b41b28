import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lettingGo } from '../letting-go.ts';
import { outcomeOf } from '../outcome.ts';
import { DEFAULT_TIMES, type JobHandler, type JobQueue, LetGo, type QueueTimes } from '../types.ts';
import { onQueueFile } from './failures.ts';
import { ScheduleTable } from './schedules.ts';
import { openDatabase } from './schema.ts';
import { type Claim, LeaseTable } from './table.ts';

/**
 * The embedded queue: a lease table in a SQLite file of its own, which several processes of one machine may work on.
 * @throws HoldfastError QUEUE_WRITE_FAILED, QUEUE_UNAVAILABLE
 */
export function openSqliteQueue(path: string, times: QueueTimes = DEFAULT_TIMES): JobQueue {
  const on = <T>(work: () => T): T => onQueueFile(path, work);
  const db = on(() => {
    mkdirSync(dirname(path), { recursive: true });
    return openDatabase(path);
  });
  const table = new LeaseTable(db);
  const schedules = new ScheduleTable(db);

  const settle = (claim: Claim, cause: unknown): void => {
    const outcome = outcomeOf(cause, claim.job.failures, times);
    if (outcome.kind === 'cancelled') table.stop(claim);
    else if (outcome.kind === 'handed back') table.handBack(claim);
    else if (outcome.kind === 'failed') table.fail(claim, outcome.error);
    else if (outcome.kind === 'again') table.postpone(claim, outcome.error, outcome.pause);
  };

  const hold = async (claim: Claim, handler: JobHandler, ending: AbortSignal): Promise<void> => {
    const { signal, because, detach } = lettingGo(ending);
    const beat = (): void => {
      try {
        const held = on(() => table.heartbeat(claim, times.lease));
        if (held !== 'held') because(held);
      } catch {
        // Who cannot hold a job must not go on with it.
        because('lost');
      }
    };
    const heart = setInterval(beat, times.poll);
    try {
      const report: Parameters<JobHandler>[0]['report'] = async (progress) => on(() => table.report(claim, progress));
      const result = await handler({ job: claim.job, signal, report });
      on(() => table.complete(claim, result));
    } catch (cause) {
      // What is thrown while letting go is its consequence.
      on(() => settle(claim, signal.aborted && signal.reason instanceof LetGo ? signal.reason : cause));
    } finally {
      clearInterval(heart);
      detach();
    }
  };

  return {
    enqueue: async (job) => on(() => table.insert(job)),
    get: async (id) => on(() => table.get(id)),
    list: async (filter) => on(() => table.list(filter)),
    cancel: async (id) => on(() => table.cancel(id)),
    schedule: async (schedule) => on(() => schedules.insert(schedule)),
    schedules: async () => on(() => schedules.list()),
    unschedule: async (id) => on(() => schedules.remove(id)),
    async work(handler, signal) {
      while (!signal.aborted) {
        on(() => schedules.runDue((job) => table.insert(job)));
        const claim = on(() => table.claim(times.lease));
        if (claim !== undefined) await hold(claim, handler, signal);
        else await sleep(times.poll, undefined, { signal }).catch(() => undefined);
      }
    },
    async close() {
      db.close();
    },
  };
}
