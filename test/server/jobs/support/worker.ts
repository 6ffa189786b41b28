import { openQueueAt } from './queues.ts';

/** A process that takes a job, says so, and never ends it. */
const queue = await openQueueAt(process.argv[2] ?? '');
await queue.work(async ({ job, report }) => {
  await report({ share: 0.5, note: 'half' });
  process.send?.(job.id);
  return new Promise(() => {});
}, new AbortController().signal);
