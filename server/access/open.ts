import { Redis } from 'ioredis';
import { HoldfastError } from '../../base/errors.ts';
import type { Log } from '../log.ts';
import { type KeyStore, keyFile, openKeyStore } from './key-store.ts';
import { isLoopback } from './loopback.ts';
import type { AccessOptions } from './options.ts';
import { createRateLimits, type RateLimits } from './rates.ts';

/** What decides who may call. */
export interface OpenAccess {
  readonly keys: KeyStore;
  readonly rates: RateLimits;
  close(): void;
}

/**
 * Opens the keys of a data folder and what counts their calls.
 * @throws HoldfastError KEYS_NEEDED for a host other than the loopback one while there are no keys; KEYS_UNUSABLE
 */
export function openAccess(
  options: AccessOptions & { readonly data: string; readonly host: string; readonly log: Log },
): OpenAccess {
  const { data, host, withoutKeys, rateLimit, redisUrl, log } = options;
  const keys = openKeyStore(keyFile(data));
  if (!keys.configured() && !withoutKeys && !isLoopback(host)) {
    keys.close();
    throw new HoldfastError('KEYS_NEEDED', `there are no keys in ${data}, so the server does not listen on ${host}`);
  }
  const redis = redisUrl === undefined ? undefined : connect(redisUrl, log);
  return {
    keys,
    rates: createRateLimits(rateLimit, redis),
    close() {
      redis?.disconnect();
      keys.close();
    },
  };
}

/** A loss is logged once, and not at each attempt to connect again. */
function connect(url: string, log: Log): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false });
  let lost = false;
  redis.on('error', (error: Error) => {
    if (!lost) log.warn({ error }, 'Redis does not answer: calls are counted by this server alone');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) log.info('Redis answers again');
    lost = false;
  });
  return redis;
}
