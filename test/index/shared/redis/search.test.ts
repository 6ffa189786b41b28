import { describe, expect, it } from 'vitest';
import type { Command, Connection } from '../../../../index/shared/redis/cluster.ts';
import { shardKeys } from '../../../../index/shared/redis/keys.ts';
import { mergeShards, searchShard } from '../../../../index/shared/redis/search.ts';

const [keys] = shardKeys('merge', 1);
const search = { vector: Buffer.alloc(8), k: 2, ef: 100, expression: '(1)', filtered: true };

/** A connection that gives one answer after the other, and what it was asked. */
function scripted(...answers: unknown[]): { connection: Connection; asked: Command[] } {
  const asked: Command[] = [];
  const read: Connection['read'] = async (_, commands) => {
    asked.push(...commands);
    return [answers.shift()];
  };
  return { asked, connection: { run: async () => [], read, runOnMasters: async () => [], close: () => undefined } };
}

describe('the answers of the shards', () => {
  it('are merged by nearness, equal ones by label', () => {
    const near = { label: 7, score: 1 };
    const shards = [
      [near, { label: 3, score: 0.5 }],
      [],
      [
        { label: 9, score: 0.9 },
        { label: 1, score: 0.5 },
      ],
    ];
    expect(mergeShards(shards, 3)).toEqual([7, 9, 1]);
    expect(mergeShards(shards, 10)).toEqual([7, 9, 1, 3]);
    expect(mergeShards([[], []], 3)).toEqual([]);
  });
});

describe('a search of a shard', () => {
  if (keys === undefined) throw new Error('no shard');

  it('walks along the graph, and that is all when it finds enough', async () => {
    const { connection, asked } = scripted(['4', '0.75', '5', '0.5']);
    expect(await searchShard(connection, keys, search)).toEqual([
      { label: 4, score: 0.75 },
      { label: 5, score: 0.5 },
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.join(' ')).toContain('COUNT 2 FILTER (1) EF 100 FILTER-EF');
  });

  it('keeps at least as many candidates as are wanted', async () => {
    const { connection, asked } = scripted([]);
    await searchShard(connection, keys, { ...search, k: 500, filtered: false });
    expect(asked[0]?.join(' ')).toContain('EF 500');
  });

  it('looks at every element when too few that pass a filter were met, and only then', async () => {
    const few = scripted(['4', '0.75'], ['4', '0.75', '6', '0.5']);
    expect((await searchShard(few.connection, keys, search)).map(({ label }) => label)).toEqual([4, 6]);
    expect(few.asked.map((command) => command.at(-1) === 'TRUTH')).toEqual([false, true]);
    const all = scripted(['4', '0.75']);
    await searchShard(all.connection, keys, { ...search, filtered: false });
    expect(all.asked).toHaveLength(1);
  });
});
