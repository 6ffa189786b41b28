import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { NearestList, type Neighbour } from '../../index/nearest.ts';

function ranked(capacity: number, neighbours: readonly Neighbour[]): Neighbour[] {
  const list = new NearestList(capacity);
  for (const { label, distance } of neighbours) list.offer(label, distance);
  return list.ranked();
}

describe('the list of the nearest', () => {
  it('agrees with sorting everything, for any capacity and with many ties', () => {
    const random = createRandom('nearest');
    for (let round = 0; round < 200; round++) {
      const count = random.integer(60);
      const offered = random.shuffle(
        Array.from({ length: count }, (_, label) => ({ label, distance: random.integer(12) / 4 })),
      );
      const sorted = [...offered].sort((a, b) => a.distance - b.distance || a.label - b.label);
      const capacity = 1 + random.integer(70);
      expect(ranked(capacity, offered)).toEqual(sorted.slice(0, capacity));
    }
  });

  it('puts the older first among equals, whichever was offered first', () => {
    const same = (labels: number[]): Neighbour[] => labels.map((label) => ({ label, distance: 1 }));
    expect(ranked(2, same([9, 4, 7]))).toEqual(same([4, 7]));
    expect(ranked(2, same([4, 7, 9]))).toEqual(same([4, 7]));
  });

  it('lets anything in until it is full, and then nothing farther than its last', () => {
    const list = new NearestList(2);
    expect(list.limit).toBe(Number.POSITIVE_INFINITY);
    list.offer(1, 5);
    expect(list.limit).toBe(Number.POSITIVE_INFINITY);
    list.offer(2, 3);
    expect(list.limit).toBe(5);
    list.offer(3, 4);
    expect(list.limit).toBe(4);
    list.offer(4, 9);
    expect(list.ranked().map(({ label }) => label)).toEqual([2, 3]);
  });

  it('of nothing is empty', () => {
    expect(ranked(3, [])).toEqual([]);
    expect(ranked(0, [{ label: 1, distance: 0 }])).toEqual([]);
  });
});
