import { describe, expect, it } from 'vitest';
import { allKeys, layoutKey, shardKeys } from '../../../../index/shared/redis/keys.ts';
import { partOf, slotOf } from '../../../../index/shared/redis/slot.ts';

describe('the keys of a gallery', () => {
  it('lie in one slot for each shard, and a shard in each part of the slots', () => {
    for (const shards of [1, 3, 6, 64]) {
      const all = shardKeys('2f1c', shards);
      expect(all.map(({ slot }) => partOf(slot, shards))).toEqual(Array.from({ length: shards }, (_, i) => i));
      for (const keys of all) for (const key of allKeys(keys)) expect(slotOf(key)).toBe(keys.slot);
    }
  });

  it('are the same at each start, and no other gallery has them', () => {
    expect(shardKeys('a', 6)).toEqual(shardKeys('a', 6));
    const keys = [...shardKeys('a', 6), ...shardKeys('b', 6)].flatMap(allKeys);
    expect(new Set([...keys, layoutKey('a'), layoutKey('b')]).size).toBe(2 * 6 * 5 + 2);
  });
});
