import { Redis } from 'ioredis';
import { HoldfastError } from '../../../base/errors.ts';

/** Redis refuses to write: no memory left, no disk left, or a replica. */
const REFUSED = /^(OOM|MISCONF|READONLY)\b/;

/** A connection to the Redis of a queue. @param blocking for commands that wait until something comes. */
export function connect(url: string, blocking = false): Redis {
  // A request shall fail within seconds when Redis is away; a worker waits until it is back.
  const patience = blocking ? { maxRetriesPerRequest: null, enableReadyCheck: false } : { maxRetriesPerRequest: 3 };
  const redis = new Redis(url, patience);
  // Requests that fail tell; without a listener each try to connect is printed.
  redis.on('error', () => undefined);
  return redis;
}

/** Runs work on Redis. @throws HoldfastError QUEUE_WRITE_FAILED when it refuses to write, else QUEUE_UNAVAILABLE */
export async function onRedis<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HoldfastError || !(cause instanceof Error)) throw cause;
    const code = REFUSED.test(cause.message) ? 'QUEUE_WRITE_FAILED' : 'QUEUE_UNAVAILABLE';
    throw new HoldfastError(code, `Redis: ${cause.message}`, { cause });
  }
}

/**
 * Refuses a Redis that may forget jobs: one without an append-only file loses all that it acknowledged when it is
 * killed, one that evicts loses jobs when its memory is full.
 * @throws HoldfastError QUEUE_UNSAFE, QUEUE_UNAVAILABLE
 */
export async function checkRedis(redis: Redis): Promise<void> {
  const [persistence, memory] = await onRedis(() => Promise.all([redis.info('persistence'), redis.info('memory')]));
  if (field(persistence, 'aof_enabled') !== '1') {
    throw new HoldfastError('QUEUE_UNSAFE', 'Redis runs without appendonly and would lose jobs when it is killed');
  }
  const policy = field(memory, 'maxmemory_policy');
  if (field(memory, 'maxmemory') !== '0' && policy !== 'noeviction') {
    throw new HoldfastError('QUEUE_UNSAFE', `Redis evicts by ${policy} and would forget jobs when its memory is full`);
  }
}

function field(info: string, name: string): string | undefined {
  return info.match(new RegExp(`^${name}:(.*?)\\r?$`, 'm'))?.[1];
}
