import { z } from 'zod';
import type { Quantisation, RedisAddress } from './address.ts';
import type { Connection } from './cluster.ts';
import { layoutKey } from './keys.ts';
import { slotOf } from './slot.ts';

/** How a gallery lies in the cluster: decided when it is first opened, and the same for every server. */
export interface Layout {
  readonly shards: number;
  readonly quantisation: Quantisation;
}

const schema = z.tuple([z.coerce.number().int().min(1), z.enum(['int8', 'none'])]);

/** The layout of a gallery, which is that of the address when it has none yet. @throws HoldfastError STORE_UNAVAILABLE */
export async function settleLayout(connection: Connection, identity: string, address: RedisAddress): Promise<Layout> {
  const key = layoutKey(identity);
  const answers = await connection.run(slotOf(key), [
    ['HSETNX', key, 'shards', address.shards],
    ['HSETNX', key, 'quantisation', address.quantisation],
    ['HMGET', key, 'shards', 'quantisation'],
  ]);
  const [shards, quantisation] = schema.parse(answers.at(-1));
  return { shards, quantisation };
}
