import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBullQueue } from '../../../server/jobs/bull/queue.ts';
import { itIsAQueue } from './support/conformance.ts';
import { hasRedis, startRedis, type TestRedis } from './support/redis.ts';
import { TIMES } from './support/times.ts';

describe.runIf(hasRedis())('the queue on Redis', () => {
  let redis: TestRedis;
  let database = 0;
  beforeAll(async () => {
    redis = await startRedis('--databases', '64');
  });
  afterAll(() => redis.stop());

  itIsAQueue(async () => {
    // A database for each test.
    const place = `${redis.url}/${database++}`;
    return { place, open: () => openBullQueue(place, TIMES) };
  });
});

describe.runIf(hasRedis())('a Redis that may forget jobs', () => {
  it.each([
    ['without an append-only file', ['--appendonly', 'no'], /appendonly/],
    ['that evicts', ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'], /allkeys-lru/],
  ])('%s is refused', async (_, options, message) => {
    const redis = await startRedis(...options);
    try {
      await expect(openBullQueue(redis.url, TIMES)).rejects.toMatchObject({
        code: 'QUEUE_UNSAFE',
        message: expect.stringMatching(message),
      });
    } finally {
      await redis.stop();
    }
  });
});

describe('a Redis that is not there', () => {
  it('is named', async () => {
    await expect(openBullQueue('redis://127.0.0.1:1', TIMES)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });
});
