import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { HoldfastError } from '../../base/errors.ts';

/** An address that was looked at and may be connected to. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface ResolveOptions {
  /** All addresses of a name; the system's resolver by default. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  readonly isAllowed: (address: string) => boolean;
}

/**
 * The address that a URL is fetched from, looked up once: what is checked here is what is connected to later.
 * @throws HoldfastError URL_REFUSED when any address of the host is not allowed, URL_UNREACHABLE when it has none
 */
export async function resolveHost(url: URL, { resolve = resolveName, isAllowed }: ResolveOptions): Promise<Address> {
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(name) === 0 ? await resolve(name).catch(() => []) : [name];
  const [first] = addresses;
  if (first === undefined) throw new HoldfastError('URL_UNREACHABLE', `${url.hostname} has no address`);
  // One that is not allowed among several is a trap.
  if (!addresses.every(isAllowed))
    throw new HoldfastError('URL_REFUSED', `${url.hostname} is not on the public internet`);
  return { address: first, family: isIP(first) === 6 ? 6 : 4 };
}

async function resolveName(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}
