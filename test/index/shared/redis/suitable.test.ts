import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../index/shared/redis/cluster.ts';
import { checkSuitable } from '../../../../index/shared/redis/suitable.ts';
import { rejectionOf } from '../../support/galleries.ts';

const KNOWN = [['VADD', -1, ['write']]];
const memory = (limit: number, policy: string): string =>
  `# Memory\r\nmaxmemory:${limit}\r\nmaxmemory_human:x\r\nmaxmemory_policy:${policy}\r\n`;

/** A cluster whose masters answer so. */
function cluster(known: unknown[], infos: string[]): Connection {
  return {
    run: async () => [],
    read: async () => [],
    runOnMasters: async ([name]) => (name === 'COMMAND' ? known : infos),
    close: () => undefined,
  };
}

describe('a Redis Cluster', () => {
  it('is suitable when every master has vector sets and forgets nothing', async () => {
    const infos = [memory(0, 'allkeys-lru'), memory(1e9, 'noeviction')];
    await expect(checkSuitable(cluster([KNOWN, KNOWN], infos))).resolves.toBeUndefined();
  });

  it.each([
    ['without vector sets on a server', cluster([KNOWN, [null]], [memory(0, 'noeviction')]), 'Redis 8'],
    ['that evicts', cluster([KNOWN], [memory(1e9, 'noeviction'), memory(1e9, 'allkeys-lfu')]), 'allkeys-lfu'],
    ['that evicts what expires', cluster([KNOWN], [memory(1, 'volatile-ttl')]), 'volatile-ttl'],
  ])('%s is refused', async (_, connection, what) => {
    const error = await rejectionOf(checkSuitable(connection));
    expect(error.code).toBe('STORE_UNSUITABLE');
    expect(error.message).toContain(what);
  });
});
