import { connectCluster } from '../index/shared/redis/cluster.ts';
import { parseRedisAddress } from '../index/shared/redis/index.ts';
import { shardKeys } from '../index/shared/redis/keys.ts';
import { settleLayout } from '../index/shared/redis/layout.ts';

const PATIENCE = { answer: 60_000, retry: 60_000 };

/** Bytes of memory of a gallery's vector sets, and of what stands beside them, in the masters of a Redis Cluster. */
export async function redisMemory(address: string, identity: string): Promise<{ vectors: number; labels: number }> {
  const parsed = parseRedisAddress(address);
  const connection = await connectCluster(parsed, PATIENCE);
  try {
    const { shards } = await settleLayout(connection, identity, parsed);
    const total = { vectors: 0, labels: 0 };
    for (const { slot, vectors, labels } of shardKeys(identity, shards)) {
      const usage = (key: string) => ['MEMORY', 'USAGE', key, 'SAMPLES', 0] as const;
      const [ofVectors, ofLabels] = await connection.read(slot, [usage(vectors), usage(labels)]);
      total.vectors += Number(ofVectors);
      total.labels += Number(ofLabels);
    }
    return total;
  } finally {
    connection.close();
  }
}
