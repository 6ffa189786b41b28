import { describe, expect, it } from 'vitest';
import { HeadCache } from '../../index/head-cache.ts';
import type { Head } from '../../index/rows.ts';

const head = (id: string, metadata: string | null = null): Head => ({ id, text: null, metadata, createdAt: '' });

describe('heads in memory', () => {
  it('are given back until they are deleted', () => {
    const cache = new HeadCache();
    cache.set(1, head('a'));
    cache.set(2, head('b'));
    expect([cache.get(1)?.id, cache.get(2)?.id, cache.get(3)]).toEqual(['a', 'b', undefined]);
    cache.delete(1);
    cache.delete(3);
    expect([cache.get(1), cache.get(2)?.id]).toEqual([undefined, 'b']);
  });

  it('stay within the budget: the oldest go', () => {
    const cache = new HeadCache(1000);
    for (let label = 1; label <= 50; label++) cache.set(label, head(`${label}`));
    const left = Array.from({ length: 50 }, (_, i) => i + 1).filter((label) => cache.get(label) !== undefined);
    expect(left).toEqual([48, 49, 50]);
  });

  it('count their characters', () => {
    const cache = new HeadCache(1000);
    cache.set(1, head('a'));
    cache.set(2, head('b', ' '.repeat(200)));
    expect([cache.get(1)?.id, cache.get(2)?.id]).toEqual(['a', 'b']);
    cache.set(3, head('c', ' '.repeat(200)));
    expect([cache.get(1), cache.get(2), cache.get(3)?.id]).toEqual([undefined, undefined, 'c']);
    cache.set(4, head('d', ' '.repeat(2000)));
    expect([cache.get(3), cache.get(4)]).toEqual([undefined, undefined]);
  });

  it('free their room when they are deleted or set anew', () => {
    const cache = new HeadCache(1000);
    for (let round = 0; round < 20; round++) {
      cache.set(1, head('a'));
      cache.set(2, head('b'));
      cache.delete(2);
    }
    cache.set(3, head('c'));
    expect([cache.get(1)?.id, cache.get(3)?.id]).toEqual(['a', 'c']);
  });
});
