import { z } from 'zod';
import { HoldfastError } from '../../../base/errors.ts';

/** A Redis Cluster, and how a gallery is kept in it. */
export interface RedisAddress {
  /** Some of the servers; the others are found through them. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
  /** Vector sets of a new gallery, at least as many as there are masters; one that is there keeps what it has. */
  readonly shards: number;
  /** Replicas that must have a write before it is acknowledged. */
  readonly replicas: number;
  /** How the components of a new gallery's vectors are stored: a byte for each, or as they are. */
  readonly quantisation: Quantisation;
}

export type Quantisation = 'int8' | 'none';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const parameters = z.strictObject({
  shards: whole(1, 1024).default(6),
  replicas: whole(0, 16).default(1),
  quantisation: z.enum(['int8', 'none']).default('int8'),
});

const SHAPE = /^(?<scheme>rediss?):\/\/(?:(?<login>[^@/?]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>.*))?$/;

/**
 * Reads `redis://[user:password@]host:port,host:port[?shards=6&replicas=1&quantisation=int8]`, or `rediss://` for TLS.
 * @throws HoldfastError OPTION_INVALID, without the password
 */
export function parseRedisAddress(text: string): RedisAddress {
  const { scheme, login = '', hosts, query = '' } = SHAPE.exec(text)?.groups ?? {};
  if (hosts === undefined) throw invalid('it is not of the form redis://host:port,host:port');
  const parsed = parameters.safeParse(Object.fromEntries(new URLSearchParams(query)));
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const [username = '', ...password] = login.split(':');
  return {
    nodes: hosts.split(',').map(nodeOf),
    username: decode(username) || undefined,
    password: decode(password.join(':')) || undefined,
    tls: scheme === 'rediss',
    ...parsed.data,
  };
}

function nodeOf(text: string): { host: string; port: number } {
  const { host, bare, port } =
    /^(?:\[(?<host>[^\]]+)\]|(?<bare>[^:]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  const name = host ?? bare;
  if (name === undefined) throw invalid(`"${text}" is not host:port`);
  return { host: name, port: Number(port ?? 6379) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('user and password must be percent-encoded');
  }
}

function invalid(what: string): HoldfastError {
  return new HoldfastError('OPTION_INVALID', `the address of the Redis Cluster: ${what}`);
}
