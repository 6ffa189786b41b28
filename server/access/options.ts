import ipaddr from 'ipaddr.js';
import { HoldfastError } from '../../base/errors.ts';

/** Who may reach and call a server. */
export interface AccessOptions {
  /** Serve other machines though there are no keys. */
  readonly withoutKeys: boolean;
  /** Points of a key in a minute, where it has no limit of its own. */
  readonly rateLimit: number;
  /** Where several servers count together, and have their jobs; each by itself when undefined. */
  readonly redisUrl: string | undefined;
  /** The origins whose pages may call; none but the server's own when empty. */
  readonly origins: readonly string[];
  /** Fetch pictures from the URLs that clients name. */
  readonly fetchUrls: boolean;
  /** Proxies whose word on the client's address counts: how many there are, or their addresses. */
  readonly trustProxy: number | readonly string[];
}

/** @throws HoldfastError OPTION_INVALID */
export function readAccessOptions(
  environment: Readonly<Record<string, string | undefined>>,
  withoutKeys: boolean | undefined,
): AccessOptions {
  return {
    withoutKeys: withoutKeys ?? readSwitch('HOLDFAST_WITHOUT_KEYS', environment.HOLDFAST_WITHOUT_KEYS),
    rateLimit: readPoints(environment.HOLDFAST_RATE_LIMIT || '30000'),
    redisUrl: readRedisUrl(environment.REDIS_URL),
    origins: listOf(environment.HOLDFAST_CORS_ORIGINS).map(readOrigin),
    fetchUrls: readSwitch('HOLDFAST_FETCH_URLS', environment.HOLDFAST_FETCH_URLS),
    trustProxy: readProxies(environment.HOLDFAST_TRUST_PROXY || '0'),
  };
}

function readSwitch(name: string, text: string | undefined): boolean {
  if (text === undefined || text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new HoldfastError('OPTION_INVALID', `${name}=${text}: must be true or false`);
}

function readPoints(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new HoldfastError('OPTION_INVALID', `HOLDFAST_RATE_LIMIT=${text}: must be a whole number of at least 1`);
}

/** The value may hold a password, so the message does not repeat it. @throws HoldfastError OPTION_INVALID */
export function readRedisUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text;
  throw new HoldfastError('OPTION_INVALID', 'REDIS_URL: must be like redis://host:6379');
}

function readOrigin(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text) return text;
  throw new HoldfastError('OPTION_INVALID', `HOLDFAST_CORS_ORIGINS=${text}: must be like https://app.example`);
}

function readProxies(text: string): number | readonly string[] {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const proxies = listOf(text);
  for (const proxy of proxies) {
    if (!ipaddr.isValid(proxy) && !ipaddr.isValidCIDR(proxy)) {
      const message = `HOLDFAST_TRUST_PROXY=${proxy}: must be a number of proxies, or their addresses or subnets`;
      throw new HoldfastError('OPTION_INVALID', message);
    }
  }
  return proxies;
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
