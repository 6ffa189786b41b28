import type { Jobs } from '../../../server/jobs/service.ts';
import { openSqliteQueue } from '../../../server/jobs/sqlite/queue.ts';

/** Jobs in memory that nobody works on. */
export function memoryJobs(data = '.holdfast'): Jobs & { readonly end: () => void } {
  const queue = openSqliteQueue(':memory:');
  const ending = new AbortController();
  return {
    queue,
    data,
    auditCost: 1_000,
    ending: ending.signal,
    end: () => ending.abort(),
    begin: async () => {},
    wake: () => {},
    stopWorking: async () => {},
    close: () => queue.close(),
  };
}
