import { randomUUID } from 'node:crypto';
import type Bull from 'bull';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { nextRun } from '../cron.ts';
import type { NewSchedule, Schedule } from '../types.ts';
import { type BullData, newData } from './view.ts';

const stored = z.object({
  kind: z.string(),
  input: z.record(z.string(), z.unknown()),
  cron: z.string(),
  createdAt: z.string(),
});
type Stored = z.output<typeof stored>;

/** Jobs that come again and again: Bull repeats them, and forgets what they are; that is kept in a hash beside. */
export interface Schedules {
  add(schedule: NewSchedule): Promise<Schedule>;
  list(): Promise<Schedule[]>;
  remove(id: string): Promise<boolean>;
}

/** @param key of the hash. */
export function createSchedules(redis: Redis, queue: Bull.Queue<BullData>, key: string): Schedules {
  const repeatOf = (id: string, cron: string) => ({ cron, tz: 'UTC', jobId: id });
  return {
    async add({ kind, input, cron }) {
      // Bull takes more expressions than the embedded queue, and those in other ways.
      nextRun(cron, Date.now());
      const id = randomUUID();
      const entry: Stored = { kind, input, cron, createdAt: new Date().toISOString() };
      await redis.hset(key, id, JSON.stringify(entry));
      await queue.add(newData({ kind, input }), { repeat: { cron, tz: 'UTC' }, jobId: id });
      return toSchedule(id, entry);
    },
    async list() {
      const entries = Object.entries(await redis.hgetall(key)).map(([id, text]) =>
        toSchedule(id, stored.parse(JSON.parse(text))),
      );
      return entries.sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
    },
    async remove(id) {
      const text = await redis.hget(key, id);
      if (text === null) return false;
      await queue.removeRepeatable(repeatOf(id, stored.parse(JSON.parse(text)).cron));
      return (await redis.hdel(key, id)) > 0;
    },
  };
}

function toSchedule(id: string, { kind, input, cron, createdAt }: Stored): Schedule {
  return { id, kind, input, cron, nextAt: new Date(nextRun(cron, Date.now())).toISOString(), createdAt };
}
