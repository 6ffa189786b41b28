import { join } from 'node:path';
import { openBullQueue } from './bull/queue.ts';
import { openSqliteQueue } from './sqlite/queue.ts';
import type { JobQueue } from './types.ts';

export interface QueueSetting {
  /** The data folder, which holds the file of the embedded queue. */
  readonly data: string;
  /** Redis of the shared queue; the embedded one is taken without it. */
  readonly redisUrl: string | undefined;
}

/** Opens the queue that is configured. @throws HoldfastError QUEUE_UNAVAILABLE, QUEUE_UNSAFE, QUEUE_WRITE_FAILED */
export async function openQueue({ data, redisUrl }: QueueSetting): Promise<JobQueue> {
  return redisUrl === undefined ? openSqliteQueue(join(data, 'jobs', 'queue.sqlite')) : openBullQueue(redisUrl);
}
