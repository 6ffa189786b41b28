import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import { type OpenAccess, openAccess } from '../../../server/access/open.ts';
import { createRateLimits, type RateLimits } from '../../../server/access/rates.ts';
import { eventually } from '../../support/eventually.ts';
import { hasRedis, startRedis, type TestRedis } from '../jobs/support/redis.ts';
import { memoryLog } from '../support/log.ts';

/** `ok`, or the code of the refusal and how many seconds to wait. */
async function take(rates: RateLimits, id: string, points: number, rate: number | null = null) {
  const waits: number[] = [];
  const reply = { set: (_name: string, value: string) => waits.push(Number(value)) };
  try {
    await rates.take({ id, rate }, points, reply);
    return 'ok';
  } catch (error) {
    return [error instanceof HoldfastError ? error.code : error, ...waits];
  }
}
const refused = ['RATE_LIMITED', expect.any(Number)];

describe('points in memory', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are those of a key, in whole and not beyond', async () => {
    const rates = createRateLimits(10);
    expect([await take(rates, 'a', 4), await take(rates, 'a', 6)]).toEqual(['ok', 'ok']);
    expect(await take(rates, 'a', 1)).toEqual(refused);
    expect(await take(rates, 'b', 10)).toBe('ok');
    expect(await take(rates, 'c', 11)).toEqual(refused);
    expect(await take(rates, 'd', 20, 20)).toBe('ok');
  });

  it('come back after a minute, and the answer says when', async () => {
    vi.useFakeTimers({ now: 0 });
    const rates = createRateLimits(1);
    await take(rates, 'a', 1);
    vi.advanceTimersByTime(20_000);
    expect(await take(rates, 'a', 1)).toEqual(['RATE_LIMITED', 40]);
    vi.advanceTimersByTime(40_001);
    expect(await take(rates, 'a', 1)).toBe('ok');
  });
});

describe.runIf(hasRedis())('points on Redis', () => {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-rates-'));
  const logged = memoryLog();
  let redis: TestRedis;
  let servers: OpenAccess[];
  beforeAll(async () => {
    redis = await startRedis();
    const defaults = { withoutKeys: false, rateLimit: 10, origins: [], trustProxy: 0, fetchUrls: false } as const;
    const options = { ...defaults, data, host: '127.0.0.1', redisUrl: redis.url, log: logged.log };
    servers = [openAccess(options), openAccess(options)];
  });
  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(data, { recursive: true });
  });

  it('are counted by several servers together, and by each alone when Redis is gone', async () => {
    const [one, two] = servers.map(({ rates }) => rates);
    if (one === undefined || two === undefined) throw new RangeError('no servers');
    // Until both have their connection each counts by itself.
    await eventually(async () => {
      const id = `together-${performance.now()}`;
      await take(one, id, 6);
      expect(await take(two, id, 6)).toEqual(refused);
    });
    expect(await take(one, 'a', 9)).toBe('ok');
    expect(await take(two, 'a', 1)).toBe('ok');
    expect(await take(one, 'a', 1)).toEqual(refused);

    await redis.stop();
    await eventually(() => expect(logged.lines.join()).toContain('counted by this server alone'));
    expect([await take(one, 'b', 10), await take(two, 'b', 10)]).toEqual(['ok', 'ok']);
    expect(await take(one, 'b', 1)).toEqual(refused);
  });
});
