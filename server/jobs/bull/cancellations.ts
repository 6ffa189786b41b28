import type { Redis } from 'ioredis';

/** Longer than any job lives. */
const REMEMBERED_SECONDS = 30 * 24 * 3600;

/** Which jobs were cancelled: Bull has no such thing. Keys of their own, so that they cannot race with a job's data. */
export interface Cancellations {
  add(id: string): Promise<void>;
  has(id: string): Promise<boolean>;
  /** Those of the ids that were cancelled. */
  among(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** @param prefix of the keys. */
export function createCancellations(redis: Redis, prefix: string): Cancellations {
  const key = (id: string): string => `${prefix}:cancelled:${id}`;
  return {
    async add(id) {
      await redis.set(key(id), '1', 'EX', REMEMBERED_SECONDS);
    },
    has: async (id) => (await redis.exists(key(id))) === 1,
    async among(ids) {
      const found = ids.length === 0 ? [] : await redis.mget(ids.map(key));
      return new Set(ids.filter((_, i) => found[i] !== null));
    },
  };
}
