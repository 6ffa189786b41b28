import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../../base/random.ts';
import { redisVectors } from '../../../../index/shared/redis/index.ts';
import { shardKeys } from '../../../../index/shared/redis/keys.ts';
import type { VectorEntry, VectorStore } from '../../../../index/shared/types.ts';
import { rejectionOf } from '../../support/galleries.ts';
import { axis, clusteredUnits } from '../../support/vectors.ts';
import { startCluster, type TestCluster, until } from './support/cluster.ts';
import { redis8 } from './support/server.ts';

const DIMENSION = 16;
const binary = redis8();

describe.runIf(binary !== undefined)('vectors in a Redis Cluster', () => {
  let cluster: TestCluster;
  const stores: VectorStore[] = [];
  beforeAll(async () => {
    cluster = await startCluster(String(binary), 1, 0);
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await cluster.stop();
  });
  const open = async (identity: string, parameters = '?replicas=0', tuning = {}): Promise<VectorStore> => {
    const store = await redisVectors(cluster.address(parameters), tuning)({ identity, dimension: DIMENSION });
    stores.push(store);
    return store;
  };
  const entry = (label: number, vector: Float32Array, metadata: VectorEntry['metadata'] = null): VectorEntry => ({
    label,
    vector,
    metadata,
  });
  const keysOf = async (identity: string): Promise<string[]> => {
    const [node] = cluster.masters;
    return (await node?.client().keys(`*${identity}*`)) ?? [];
  };

  it('are found, nearest first, whatever shard they are in', async () => {
    const store = await open('nearest');
    const draw = clusteredUnits(createRandom('redis'), DIMENSION, 10);
    const vectors = draw(300);
    await store.put(vectors.map((vector, label) => entry(label, vector)));
    expect(await store.count()).toBe(300);
    const far = (query: Float32Array, label: number): number =>
      Math.hypot(...query.map((value, i) => value - Number(vectors[label]?.[i])));
    for (const query of draw(20)) {
      const truth = vectors.map((_, label) => label).sort((a, b) => far(query, a) - far(query, b));
      const found = await store.search(query, { k: 10 });
      expect(found).toHaveLength(10);
      expect(found.filter((label) => truth.slice(0, 10).includes(label)).length).toBeGreaterThanOrEqual(9);
      expect(far(query, Number(found[0]))).toBeLessThanOrEqual(far(query, Number(truth[0])) + 0.02);
    }
  });

  it.each(['int8', 'none'])('are found among many copies of a few (%s)', async (quantisation) => {
    const store = await open(`copies-${quantisation}`, `?replicas=0&shards=1&quantisation=${quantisation}`);
    const draw = clusteredUnits(createRandom('copies'), DIMENSION, 40);
    const copied = draw(5).flatMap((vector) => Array.from({ length: 300 }, () => vector));
    const vectors = [...copied, ...draw(500)];
    await store.put(vectors.map((vector, label) => entry(label, vector)));
    const lost: number[] = [];
    for (const [label, vector] of vectors.entries()) {
      if (label < copied.length) continue;
      if (!(await store.search(vector, { k: 18 })).includes(label)) lost.push(label);
    }
    // Redis draws the layers anew each time. Copies that are not put aside cost 50 and more.
    expect(lost.length).toBeLessThanOrEqual(10);
    const found = await store.search(vectors[0] ?? axis(DIMENSION, 0), { k: 5 });
    expect(found.every((label) => label < 300)).toBe(true);
  });

  it('are as many as there are when more are wanted, and none of an empty gallery', async () => {
    const store = await open('few');
    expect(await store.search(axis(DIMENSION, 0), { k: 5 })).toEqual([]);
    expect(await store.count()).toBe(0);
    await store.put([entry(1, axis(DIMENSION, 1)), entry(2, axis(DIMENSION, 2))]);
    expect((await store.search(axis(DIMENSION, 2), { k: 5 })).sort()).toEqual([1, 2]);
  });

  it('may be put again, and do not come back after their removal', async () => {
    const store = await open('again');
    const both = [entry(1, axis(DIMENSION, 1)), entry(2, axis(DIMENSION, 2))];
    await store.put(both);
    await store.put(both);
    expect(await store.count()).toBe(2);
    await store.remove([1, 3]);
    await store.remove([1]);
    expect(await store.count()).toBe(1);
    await store.put(both);
    expect(await store.count()).toBe(1);
    expect(await store.search(axis(DIMENSION, 1), { k: 5 })).toEqual([2]);
  });

  it('pass a filter or are left out', async () => {
    const store = await open('filtered');
    const entries = Array.from({ length: 60 }, (_, i) =>
      entry(i, axis(DIMENSION, i % DIMENSION), { even: i % 2 === 0, number: i }),
    );
    await store.put(entries);
    const found = (filter: Parameters<VectorStore['search']>[1]['filter']): Promise<number[]> =>
      store.search(axis(DIMENSION, 0), { k: 60, filter });
    expect((await found({ field: 'even', eq: true })).every((label) => label % 2 === 0)).toBe(true);
    expect(await found({ field: 'even', eq: true })).toHaveLength(30);
    expect(
      await found({
        and: [
          { field: 'number', gte: 58 },
          { field: 'even', exists: true },
        ],
      }),
    ).toHaveLength(2);
    expect(await found({ field: 'number', eq: 77 })).toEqual([]);
  });

  it('are those of one gallery, and all of them go with `clear`', async () => {
    const [one, other] = await Promise.all([open('gallery-1'), open('gallery-2')]);
    await one.put([entry(1, axis(DIMENSION, 1))]);
    await other.put([entry(2, axis(DIMENSION, 2))]);
    await one.clear();
    expect([await one.count(), await other.count()]).toEqual([0, 1]);
    expect(await one.search(axis(DIMENSION, 1), { k: 5 })).toEqual([]);
    expect(await keysOf('gallery-1')).toEqual(['{holdfast:gallery-1}:layout']);
    await one.put([entry(1, axis(DIMENSION, 1))]);
    expect(await one.search(axis(DIMENSION, 1), { k: 5 })).toEqual([1]);
  });

  it('stay where the first server of the gallery put them', async () => {
    const one = await open('layout', '?replicas=0&shards=2&quantisation=none');
    await one.put([1, 2, 3, 4].map((label) => entry(label, axis(DIMENSION, label))));
    const other = await open('layout', '?replicas=0&shards=5');
    expect(await other.search(axis(DIMENSION, 3), { k: 1 })).toEqual([3]);
    await other.put([entry(5, axis(DIMENSION, 5))]);
    expect(await one.search(axis(DIMENSION, 5), { k: 1 })).toEqual([5]);
    expect((await keysOf('layout')).filter((key) => key.endsWith('vectors'))).toHaveLength(2);
  });

  it('are not acknowledged when fewer replicas have them than are wanted', async () => {
    const store = await open('lonely', '?replicas=1', { acknowledge: 50 });
    const error = await rejectionOf(store.put([entry(1, axis(DIMENSION, 1))]));
    expect(error.code).toBe('STORE_UNACKNOWLEDGED');
    expect(error.message).toContain('0 of 1 replicas');
  });

  it('want no more rights than the guide says', async () => {
    const [node] = cluster.masters;
    const [, rights = ''] = readFileSync('docs/redis.md', 'utf8').match(/```\n(\+eval [^`]+)```/) ?? [];
    const rules = ['on', '>p@ss', '~{holdfast:*', ...rights.trim().split(/\s+/)];
    await node?.client().call('ACL', 'SETUSER', 'gallery', 'reset', ...rules);
    const address = cluster.address('?shards=1&replicas=0').replace('redis://', 'redis://gallery:p%40ss@');
    const tuning = { linger: 1, beyond: { removed: 1, share: 0 } };
    const store = await redisVectors(address, tuning)({ identity: 'rights', dimension: DIMENSION });
    stores.push(store);
    await store.put([1, 2, 3, 4, 5].map((label) => entry(label, axis(DIMENSION, label), { label })));
    await store.remove([1, 2]);
    const { vectors, slot } = shardKeys('rights', 1)[0] ?? { vectors: '', slot: 0 };
    expect(slot).toBeGreaterThan(0);
    await until('it is rebuilt', async () => (await node?.client().call('VCARD', vectors)) === 3);
    expect(await store.search(axis(DIMENSION, 4), { k: 1, filter: { field: 'label', gt: 3 } })).toEqual([4]);
    expect(await store.count()).toBe(3);
    await store.clear();
    expect(await store.count()).toBe(0);
  });

  it('are refused, and told at once, by a Redis that is full or evicts', async () => {
    const client = cluster.masters[0]?.client();
    const store = await open('full');
    await client?.config('SET', 'maxmemory', '1');
    try {
      const error = await rejectionOf(store.put([entry(1, axis(DIMENSION, 1))]));
      expect(error.code).toBe('STORE_UNAVAILABLE');
      expect(error.message).toContain('OOM');
      await client?.config('SET', 'maxmemory-policy', 'allkeys-lru');
      expect((await rejectionOf(open('evicting'))).code).toBe('STORE_UNSUITABLE');
    } finally {
      await client?.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    }
  });
});
