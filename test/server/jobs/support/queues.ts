import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBullQueue } from '../../../../server/jobs/bull/queue.ts';
import { openSqliteQueue } from '../../../../server/jobs/sqlite/queue.ts';
import type { JobQueue } from '../../../../server/jobs/types.ts';
import { hasRedis, startRedis } from './redis.ts';
import { TIMES } from './times.ts';

/** Opens the queue at a path, or at the URL of a Redis, with the times of tests. */
export async function openQueueAt(place: string): Promise<JobQueue> {
  return place.startsWith('redis:') ? openBullQueue(place, TIMES) : openSqliteQueue(place, TIMES);
}

interface EmptyPlace {
  readonly place: string;
  remove(): Promise<void>;
}

/** Both kinds of queue by their names, each with what makes an empty place for one; without Redis where there is no server of it. */
export function queueKinds(): [name: string, makePlace: () => Promise<EmptyPlace>][] {
  return [['SQLite', sqlitePlace], ...(hasRedis() ? ([['Redis', redisPlace]] satisfies [string, unknown][]) : [])];
}

async function sqlitePlace(): Promise<EmptyPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-queue-'));
  return { place: join(folder, 'queue.sqlite'), remove: async () => rmSync(folder, { recursive: true }) };
}

async function redisPlace(): Promise<EmptyPlace> {
  const { url, stop } = await startRedis();
  return { place: url, remove: stop };
}
