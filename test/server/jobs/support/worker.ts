import { openBullQueue } from '../../../../server/jobs/bull/queue.ts';
import { openSqliteQueue } from '../../../../server/jobs/sqlite/queue.ts';
import { TIMES } from './times.ts';

/** A process that takes a job, says so, and never ends it. */
const place = process.argv[2] as string;
const queue = place.startsWith('redis:') ? await openBullQueue(place, TIMES) : openSqliteQueue(place, TIMES);
await queue.work(async ({ job, report }) => {
  await report({ share: 0.5, note: 'half' });
  process.send?.(job.id);
  return new Promise(() => {});
}, new AbortController().signal);
