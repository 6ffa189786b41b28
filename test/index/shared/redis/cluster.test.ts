import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connectCluster } from '../../../../index/shared/redis/cluster.ts';
import { parseRedisAddress, redisVectors } from '../../../../index/shared/redis/index.ts';
import { slotOf } from '../../../../index/shared/redis/slot.ts';
import { freePort } from '../../../support/free-port.ts';
import { rejectionOf } from '../../support/galleries.ts';
import { startCluster, type TestCluster } from './support/cluster.ts';
import { redis8 } from './support/server.ts';

const binary = redis8();
/** Longer than a busy machine needs. */
const PATIENCE = { answer: 30_000, retry: 30_000 };
const SHORT = { answer: 30_000, retry: 2000 };

describe('a connection to a Redis Cluster', () => {
  it('is refused within its patience when nobody listens', async () => {
    const address = parseRedisAddress(`redis://127.0.0.1:${await freePort()}`);
    const error = await rejectionOf(connectCluster(address, { answer: 300, retry: 300 }));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toContain('the Redis Cluster: ');
  });
});

describe.runIf(binary !== undefined)('a connection to a Redis Cluster that runs', () => {
  let cluster: TestCluster;
  const open: Connection[] = [];
  beforeAll(async () => {
    cluster = await startCluster(String(binary), 2, 0);
  });
  afterAll(async () => {
    for (const connection of open) connection.close();
    await cluster.stop();
  });
  const connect = async (patience = PATIENCE): Promise<Connection> => {
    const connection = await connectCluster(parseRedisAddress(cluster.address()), patience);
    open.push(connection);
    return connection;
  };

  it('runs commands in order, on the server that has the slot', async () => {
    const connection = await connect();
    for (const key of ['a', 'b', 'c', 'd']) {
      expect(
        await connection.run(slotOf(key), [
          ['SET', key, '1'],
          ['INCR', key],
          ['GET', key],
        ]),
      ).toEqual(['OK', 2, '2']);
    }
    const sizes = await connection.runOnMasters(['DBSIZE']);
    expect(sizes).toHaveLength(2);
    expect(sizes.map(Number).reduce((a, b) => a + b)).toBe(4);
    expect(sizes).not.toContain(0);
  });

  it('follows a slot that has moved to another server', async () => {
    const connection = await connect();
    const slot = slotOf('moved');
    await connection.run(slot, [['GET', 'moved']]);
    const ids = await Promise.all(cluster.masters.map((node) => node.client().call('CLUSTER', 'MYID')));
    const [first, second] = cluster.masters;
    const owner = slot < 8192 ? second : first;
    const id = String(slot < 8192 ? ids[1] : ids[0]);
    await owner?.client().call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    const other = owner === second ? first : second;
    await other?.client().call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    expect(
      await connection.run(slot, [
        ['SET', 'moved', 'x'],
        ['GET', 'moved'],
      ]),
    ).toEqual(['OK', 'x']);
    expect(await owner?.client().get('moved')).toBe('x');
  });

  it('does not try again what Redis refuses', async () => {
    const connection = await connect({ answer: 30_000, retry: 400_000 });
    const error = await rejectionOf(connection.run(slotOf('a'), [['HGET', 'a', 'field']]));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toContain('WRONGTYPE');
  });

  it('tries again when a server is gone: until its patience ends, or the server is back', async () => {
    const short = await connect(SHORT);
    const long = await connect();
    const slot = slotOf('a');
    const node = cluster.masters[slot < 8192 ? 0 : 1];
    await node?.kill();
    expect((await rejectionOf(short.run(slot, [['GET', 'a']]))).code).toBe('STORE_UNAVAILABLE');
    const waiting = long.run(slot, [
      ['SET', 'a', 'back'],
      ['GET', 'a'],
    ]);
    await pause(200);
    await node?.restart();
    expect(await waiting).toEqual(['OK', 'back']);
  });
});

describe.runIf(binary !== undefined)('a Redis Cluster whose master is dead at the start of a server', () => {
  it('is waited for until a replica has taken over', async () => {
    const cluster = await startCluster(String(binary), 3, 1);
    try {
      await cluster.masters[0]?.kill();
      const store = await redisVectors(cluster.address('?replicas=0'))({ identity: 'a', dimension: 2 });
      await store.put([{ label: 1, vector: Float32Array.of(1, 0), metadata: null }]);
      expect(await store.count()).toBe(1);
      await store.close();
    } finally {
      await cluster.stop();
    }
  });
});

describe.runIf(binary !== undefined)('a connection to a Redis Cluster that nobody can take over', () => {
  it('still reads what a replica has, and writes nothing', async () => {
    const cluster = await startCluster(String(binary), 1, 1);
    const connection = await connectCluster(parseRedisAddress(cluster.address()), SHORT);
    try {
      const slot = slotOf('a');
      expect(
        await connection.run(slot, [
          ['SET', 'a', '1'],
          ['WAIT', 1, 30_000],
        ]),
      ).toEqual(['OK', 1]);
      await cluster.masters[0]?.kill();
      expect(await connection.read(slot, [['GET', 'a']])).toEqual(['1']);
      expect((await rejectionOf(connection.run(slot, [['SET', 'a', '2']]))).code).toBe('STORE_UNAVAILABLE');
      expect(await connection.read(slot, [['GET', 'a']])).toEqual(['1']);
    } finally {
      connection.close();
      await cluster.stop();
    }
  });
});
