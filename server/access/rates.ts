import type { Redis } from 'ioredis';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { HoldfastError } from '../../base/errors.ts';
import type { KeyInfo } from './key-store.ts';

/** What takes the header that says when to come back. */
interface Reply {
  set(name: string, value: string): unknown;
}

/** How many points each key has in a minute. */
export interface RateLimits {
  /** Takes points from a key. @throws HoldfastError RATE_LIMITED, with Retry-After set on the reply. */
  take(key: Pick<KeyInfo, 'id' | 'rate'>, points: number, reply: Reply): Promise<void>;
}

const MINUTE = 60;

/**
 * Limits by key: in the memory of this process, or on Redis, where several servers share them. While Redis does not
 * answer, each server counts by itself.
 * @param points of a key in a minute, where it has no limit of its own
 */
export function createRateLimits(points: number, redis?: Redis): RateLimits {
  const limiters = new Map<number, RateLimiterAbstract>();
  const limiterFor = (limit: number): RateLimiterAbstract => {
    const made = limiters.get(limit) ?? createLimiter(limit, redis);
    limiters.set(limit, made);
    return made;
  };
  return {
    async take({ id, rate }, taken, reply) {
      const limit = rate ?? points;
      try {
        await limiterFor(limit).consume(id, taken);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        reply.set('Retry-After', String(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))));
        throw new HoldfastError('RATE_LIMITED', `the key has ${limit} points a minute, and none left for this request`);
      }
    },
  };
}

function createLimiter(points: number, redis: Redis | undefined): RateLimiterAbstract {
  const options = { points, duration: MINUTE, keyPrefix: `holdfast:rate:${points}` };
  const memory = new RateLimiterMemory(options);
  if (redis === undefined) return memory;
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}
