import { HoldfastError } from '../../../base/errors.ts';
import type { VectorEntry, VectorStore } from '../types.ts';
import { attributesOf } from './attributes.ts';
import type { Command, Connection } from './cluster.ts';
import { expressionOf } from './expression.ts';
import { allKeys, type ShardKeys } from './keys.ts';
import type { Rebuilder } from './rebuilder.ts';
import { bytesOf, putCommand, removeCommand } from './scripts.ts';
import { mergeShards, searchShard } from './search.ts';

export interface RedisParts {
  /** A write waits for the replicas, and what is asked over the same connection waits with it: hence two. */
  readonly reader: Connection;
  readonly writer: Connection;
  readonly shards: readonly ShardKeys[];
  /** As VADD calls it. */
  readonly quantisation: string;
  /** Replicas that must have a write. */
  readonly replicas: number;
  /** How long they may take, in milliseconds. */
  readonly acknowledge: number;
  readonly rebuilder: Rebuilder;
}

/** Candidates that the walk in each shard keeps, unless more are asked for. */
const EF = 100;
/** Scripts that are sent at once: a server answers nobody else while it does one, and others between two. */
const BATCH = 64;

/** Vectors of one gallery in the vector sets of a Redis Cluster. */
export function redisStore({ reader, writer, shards, replicas, ...parts }: RedisParts): VectorStore {
  const shardOf = (label: number): ShardKeys => shards[label % shards.length] as ShardKeys;

  /** Writes to a shard. @throws HoldfastError STORE_UNACKNOWLEDGED, STORE_UNAVAILABLE */
  const write = async (keys: ShardKeys, commands: readonly Command[]): Promise<unknown[]> => {
    // WAIT waits for what this connection wrote. When it repeats what another one wrote, that is nothing; so it counts.
    const counted: Command = ['HINCRBY', keys.state, 'writes', 1];
    const wait: Command = ['WAIT', replicas, parts.acknowledge];
    const answers = await writer.run(keys.slot, [counted, ...commands, wait]);
    const reached = Number(answers.at(-1));
    if (reached < replicas) {
      const message = `${reached} of ${replicas} replicas had the write within ${parts.acknowledge} ms`;
      throw new HoldfastError('STORE_UNACKNOWLEDGED', message);
    }
    return answers.slice(1, -1);
  };

  return {
    kind: 'redis',
    async put(entries) {
      await eachShard(
        entries,
        ({ label }) => shardOf(label),
        async (keys, batch) => {
          await write(
            keys,
            batch.map((entry) => putEntry(keys, entry, parts.quantisation)),
          );
        },
      );
    },
    async remove(labels) {
      await eachShard(labels, shardOf, async (keys, batch) => {
        const [answer] = await write(keys, [removeCommand(keys, batch)]);
        const [gone = 0, live = 0] = Array.isArray(answer) ? answer.map(Number) : [];
        parts.rebuilder.consider(keys, { gone, live });
      });
    },
    async search(query, { k, ef = EF, filter }) {
      const expression = expressionOf(filter);
      const search = { vector: bytesOf(query), k, ef, expression, filtered: filter !== undefined };
      const answers = await Promise.all(shards.map((keys) => searchShard(reader, keys, search)));
      return mergeShards(answers, k);
    },
    async count() {
      const answers = await Promise.all(shards.map(({ slot, labels }) => reader.read(slot, [['SCARD', labels]])));
      return answers.reduce((sum, [count]) => sum + Number(count), 0);
    },
    async clear() {
      await Promise.all(shards.map((keys) => write(keys, [['UNLINK', ...allKeys(keys)]])));
    },
    async close() {
      await parts.rebuilder.stop();
      reader.close();
      writer.close();
    },
  };
}

function putEntry(keys: ShardKeys, { label, vector, metadata }: VectorEntry, quantisation: string): Command {
  return putCommand(keys, label, vector, attributesOf(metadata), quantisation);
}

/** Does the work of each shard in batches, that of different shards at the same time. */
async function eachShard<T>(
  items: readonly T[],
  shardOf: (item: T) => ShardKeys,
  work: (keys: ShardKeys, batch: readonly T[]) => Promise<void>,
): Promise<void> {
  const groups = new Map<ShardKeys, T[]>();
  for (const item of items) {
    const group = groups.get(shardOf(item)) ?? [];
    group.push(item);
    groups.set(shardOf(item), group);
  }
  const ended = await Promise.allSettled(
    [...groups].map(async ([keys, group]) => {
      for (let i = 0; i < group.length; i += BATCH) await work(keys, group.slice(i, i + BATCH));
    }),
  );
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
