import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../../base/random.ts';
import { type Connection, connectCluster } from '../../../../index/shared/redis/cluster.ts';
import { parseRedisAddress, redisVectors } from '../../../../index/shared/redis/index.ts';
import { type ShardKeys, shardKeys } from '../../../../index/shared/redis/keys.ts';
import { rebuildShard } from '../../../../index/shared/redis/rebuild.ts';
import type { VectorStore } from '../../../../index/shared/types.ts';
import { clusteredUnits } from '../../support/vectors.ts';
import { startCluster, type TestCluster, until } from './support/cluster.ts';
import { redis8 } from './support/server.ts';

const DIMENSION = 16;
const binary = redis8();

describe.runIf(binary !== undefined)('a shard of a Redis Cluster', () => {
  let cluster: TestCluster;
  let connection: Connection;
  const closing: { close(): unknown }[] = [];
  const draw = clusteredUnits(createRandom('rebuild'), DIMENSION, 10);
  // Of more than 512 labels Redis gives some at a time.
  const vectors = draw(700);
  beforeAll(async () => {
    cluster = await startCluster(String(binary), 1, 0);
    connection = await connectCluster(parseRedisAddress(cluster.address()), { answer: 5000, retry: 5000 });
    closing.push(connection);
  });
  afterAll(async () => {
    await Promise.all(closing.map((one) => one.close()));
    await cluster.stop();
  });

  /** A gallery of one shard with all vectors, as they are or in bytes. */
  const filled = async (identity: string, quantisation: string, removed = 1_000_000) => {
    const tuning = { linger: 10, beyond: { removed, share: 0.3 } };
    const address = cluster.address(`?shards=1&replicas=0&quantisation=${quantisation}`);
    const store = await redisVectors(address, tuning)({ identity, dimension: DIMENSION });
    closing.push(store);
    await store.put(vectors.map((vector, label) => ({ label, vector, metadata: { label } })));
    return { store, keys: shardKeys(identity, 1)[0] as ShardKeys };
  };
  const ask = async (keys: ShardKeys, ...command: [string, ...string[]]): Promise<unknown> =>
    (await connection.run(keys.slot, [command]))[0];
  const nearest = (store: VectorStore): Promise<number[][]> =>
    Promise.all(vectors.slice(0, 20).map((query) => store.search(query, { k: 10, ef: 700 })));
  const rebuild = (keys: ShardKeys, token: string, stopped = () => false): Promise<boolean> =>
    rebuildShard({ connection, keys, quantisation: 'NOQUANT', token, stopped });

  it.each([
    ['none', 'NOQUANT', 1],
    ['int8', 'Q8', 0.97],
  ])('answers as before with the removed ones left out (%s)', async (quantisation, as, share) => {
    const { store, keys } = await filled(`whole-${quantisation}`, quantisation);
    await store.remove(vectors.flatMap((_, label) => (label % 2 === 0 ? [label] : [])));
    const before = await nearest(store);
    const done = await rebuildShard({ connection, keys, quantisation: as, token: 't', stopped: () => false });
    expect(done).toBe(true);
    expect(await ask(keys, 'VCARD', keys.vectors)).toBe(350);
    expect(await ask(keys, 'HGET', keys.state, 'gone')).toBe('0');
    const kept = (await nearest(store)).flatMap((found, i) => found.filter((label) => before[i]?.includes(label)));
    expect(kept.length).toBeGreaterThanOrEqual(share * before.flat().length);
    const filter = { field: 'label', eq: 7 };
    expect(await store.search(vectors[0] as Float32Array, { k: 3, filter })).toEqual([7]);
  });

  it('is rebuilt by itself when enough of it is removed, and the old vector set is freed', async () => {
    const { store, keys } = await filled('itself', 'int8', 200);
    await store.remove(Array.from({ length: 210 }, (_, label) => label));
    expect(await ask(keys, 'VCARD', keys.vectors)).toBe(700);
    await store.remove(Array.from({ length: 12 }, (_, i) => 210 + i));
    await until('it is rebuilt', async () => (await ask(keys, 'VCARD', keys.vectors)) === 478);
    await until('the old one is freed', async () => (await ask(keys, 'EXISTS', keys.old)) === 0);
    expect(await store.count()).toBe(478);
  });

  it('takes writes meanwhile', async () => {
    const { store, keys } = await filled('meanwhile', 'none');
    await store.remove([0, 1, 2]);
    let pages = 0;
    const added = draw(60).map((vector, i) => ({ label: 1000 + i, vector, metadata: null }));
    const writing: Promise<void>[] = [];
    const stopped = (): boolean => {
      if (pages === 3) writing.push(store.put(added), store.remove([3, 4, 395, 1000]));
      pages += 1;
      return false;
    };
    expect(await rebuild(keys, 't', stopped)).toBe(true);
    await Promise.all(writing);
    await store.remove([1000]);
    const live = Number(await ask(keys, 'SCARD', keys.labels));
    expect(live).toBe(700 - 6 + 59);
    const [card, gone] = [await ask(keys, 'VCARD', keys.vectors), await ask(keys, 'HGET', keys.state, 'gone')];
    expect(Number(card) - Number(gone)).toBe(live);
    const found = await store.search(added[5]?.vector as Float32Array, { k: 800, ef: 1000 });
    expect(new Set(found).size).toBe(live);
    expect(found).toContain(1005);
    for (const label of [0, 3, 4, 395, 1000]) expect(found).not.toContain(label);
  });

  it('is rebuilt by one at a time; one that died does not stand in the way of the next', async () => {
    const { store, keys } = await filled('one', 'none');
    expect(await rebuild(keys, 'first', () => true)).toBe(false);
    expect(await rebuild(keys, 'second')).toBe(false);
    await store.put([{ label: 5000, vector: vectors[0] as Float32Array, metadata: null }]);
    await ask(keys, 'HSET', keys.state, 'until', '0');
    expect(await rebuild(keys, 'third')).toBe(true);
    expect(await ask(keys, 'VCARD', keys.vectors)).toBe(701);
    expect(await ask(keys, 'EXISTS', keys.next)).toBe(0);
  });

  it('stays as it is when the new vector set has other labels than count', async () => {
    const { store, keys } = await filled('others', 'none');
    const values = Array.from({ length: DIMENSION }, () => '1');
    let looked = 0;
    const stray = (): boolean => {
      if (looked === 2) writing.push(ask(keys, 'VADD', keys.next, 'VALUES', `${DIMENSION}`, ...values, 'x', 'NOQUANT'));
      looked += 1;
      return false;
    };
    const writing: Promise<unknown>[] = [];
    expect(await rebuild(keys, 't', stray)).toBe(false);
    await Promise.all(writing);
    expect(writing).toHaveLength(1);
    expect(await ask(keys, 'VCARD', keys.vectors)).toBe(700);
    expect(await ask(keys, 'EXISTS', keys.next)).toBe(0);
    expect(await store.search(vectors[5] as Float32Array, { k: 1 })).toEqual([5]);
    expect(await rebuild(keys, 'again')).toBe(true);
  });
});
