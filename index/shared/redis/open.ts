import type { OpenVectorStore } from '../types.ts';
import { parseRedisAddress } from './address.ts';
import { connectCluster } from './cluster.ts';
import { shardKeys } from './keys.ts';
import { settleLayout } from './layout.ts';
import { startRebuilder } from './rebuilder.ts';
import { redisStore } from './store.ts';
import { checkSuitable } from './suitable.ts';

/** What can be set of a store beside its address; times in milliseconds. */
export interface RedisTuning {
  /** How long a server may take for an answer. */
  readonly answer: number;
  /** How long what fails is tried again: longer than the cluster takes to replace a master. */
  readonly retry: number;
  /** How long the replicas may take for a write. */
  readonly acknowledge: number;
  /** How long a search may still be in a vector set that was replaced. */
  readonly linger: number;
  /** A shard is rebuilt when more of its vectors than these, and than this share of all, are removed. */
  readonly beyond: { readonly removed: number; readonly share: number };
}

const USUAL: RedisTuning = {
  answer: 10_000,
  retry: 20_000,
  acknowledge: 5_000,
  linger: 1_000,
  beyond: { removed: 1_000, share: 0.3 },
};

/**
 * Vector stores in the Redis Cluster of an address (`parseRedisAddress`).
 * @throws HoldfastError OPTION_INVALID; the stores STORE_UNAVAILABLE, STORE_UNSUITABLE and STORE_UNACKNOWLEDGED
 */
export function redisVectors(address: string, tuning: Partial<RedisTuning> = {}): OpenVectorStore {
  const parsed = parseRedisAddress(address);
  const { answer, retry, acknowledge, linger, beyond } = { ...USUAL, ...tuning };
  return async ({ identity }) => {
    const reader = await connectCluster(parsed, { answer, retry });
    const opened = [reader];
    try {
      const writer = await connectCluster(parsed, { answer, retry });
      opened.push(writer);
      await checkSuitable(reader);
      const layout = await settleLayout(writer, identity, parsed);
      const quantisation = layout.quantisation === 'none' ? 'NOQUANT' : 'Q8';
      return redisStore({
        reader,
        writer,
        shards: shardKeys(identity, layout.shards),
        quantisation,
        replicas: parsed.replicas,
        acknowledge,
        rebuilder: startRebuilder({ connection: writer, quantisation, beyond, linger }),
      });
    } catch (error) {
      for (const connection of opened) connection.close();
      throw error;
    }
  };
}
