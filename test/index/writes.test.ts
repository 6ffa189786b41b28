import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { openGallery } from '../../index/index.ts';
import type { Gallery, NewRecord } from '../../index/types.ts';
import { imageOf, optionsOf, recordOf, rejectionOf, someRecords, temporaryFolders } from './support/galleries.ts';
import { axis, unit } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 8;
const open = (directory = folder()): Promise<Gallery> => openGallery(optionsOf(directory, DIMENSION));

/** Collects all pages of a list, `between` pages doing something else. */
async function allPages(
  gallery: Gallery,
  limit: number,
  between?: (page: number) => Promise<unknown>,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page++) {
    const { records, next } = await gallery.list({ limit, cursor });
    expect(records.length).toBeLessThanOrEqual(limit);
    ids.push(...records.map(({ id }) => id));
    if (next === null) return ids;
    cursor = next;
    await between?.(page);
  }
}

describe('an upsert', () => {
  it('creates what is new and replaces what is there: record, vector and picture', async () => {
    const directory = folder();
    let gallery = await open(directory);
    await gallery.add([recordOf('a', axis(8, 0)), recordOf('b', axis(8, 1))]);
    const outcomes = await gallery.upsert([
      recordOf('b', axis(8, 2), { label: 'new', metadata: null, image: imageOf('other') }),
      recordOf('c', axis(8, 3)),
    ]);
    expect(outcomes).toEqual([
      { id: 'b', status: 'replaced' },
      { id: 'c', status: 'created' },
    ]);
    for (let opened = 0; opened < 2; opened++) {
      expect(await gallery.status()).toMatchObject({ count: 3, sequence: 2 });
      expect(await gallery.get('b')).toMatchObject({ label: 'new', metadata: null });
      expect(Buffer.from((await gallery.image('b'))?.bytes ?? [])).toEqual(imageOf('other').bytes);
      expect(await gallery.search(axis(8, 2), { k: 1 })).toMatchObject([{ id: 'b', distance: 0 }]);
      const [hit] = await gallery.search(axis(8, 1), { k: 1 });
      expect(hit?.distance).toBeGreaterThan(1);
      await gallery.close();
      if (opened === 0) gallery = await open(directory);
    }
  });

  it('says of each record what became of it, and stores the others', async () => {
    const gallery = await open();
    const good = recordOf('good', axis(8, 0));
    const outcomes = await gallery.upsert([
      { ...good, id: 'no good' },
      recordOf('long', new Float32Array(9)),
      good,
      recordOf(
        'not-unit',
        axis(8, 0).map((value) => 2 * value),
      ),
      recordOf('list', axis(8, 0), { metadata: JSON.parse('[1]') }),
      { vector: axis(8, 1), image: imageOf('x') },
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'refused',
      'refused',
      'created',
      'refused',
      'refused',
      'created',
    ]);
    expect(outcomes[0]).toMatchObject({ id: null, error: { code: 'REQUEST_INVALID' } });
    expect(outcomes[1]).toMatchObject({ id: 'long', error: { code: 'VECTOR_INVALID', message: /9 numbers/ } });
    expect(outcomes[3]).toMatchObject({ id: 'not-unit', error: { code: 'VECTOR_INVALID' } });
    expect(outcomes[4]).toMatchObject({ id: 'list', error: { code: 'REQUEST_INVALID' } });
    expect(await gallery.status()).toMatchObject({ count: 2, sequence: 1 });
    await gallery.close();
  });

  it('takes the last of those that share an id', async () => {
    const gallery = await open();
    const twice = [recordOf('a', axis(8, 0)), recordOf('b', axis(8, 4)), recordOf('a', axis(8, 1))];
    expect((await gallery.upsert(twice)).map(({ status }) => status)).toEqual(['created', 'created', 'replaced']);
    expect(await gallery.search(axis(8, 1), { k: 3 })).toMatchObject([{ id: 'a', distance: 0 }, { id: 'b' }]);
    expect(await gallery.count()).toBe(2);
    await gallery.close();
  });

  it('of nothing, or of nothing valid, writes nothing', async () => {
    const gallery = await open();
    expect(await gallery.upsert([])).toEqual([]);
    await gallery.upsert([recordOf('no good', axis(8, 0))]);
    expect((await gallery.status()).sequence).toBe(0);
    await gallery.close();
  });
});

describe('a list', () => {
  it('has every record once, in the order of the ids, however long the pages are', async () => {
    const gallery = await open();
    await gallery.add(someRecords(createRandom('list'), 25, DIMENSION));
    const ids = Array.from({ length: 25 }, (_, i) => `r${i}`).sort();
    for (const limit of [1, 4, 5, 24, 25, 26]) expect(await allPages(gallery, limit)).toEqual(ids);
    expect((await gallery.list({ limit: 1 })).records[0]).toMatchObject({ id: 'r0', metadata: { of: 'r0' } });
    await gallery.close();
  });

  it('goes on while records come, go and are replaced', async () => {
    const gallery = await open();
    await gallery.add(someRecords(createRandom('list'), 20, DIMENSION));
    const found = await allPages(gallery, 3, async (page) => {
      await gallery.upsert([recordOf(`r1${page}`, axis(8, page)), recordOf(`r2${page}x`, axis(8, page))]);
      await gallery.remove('r3');
    });
    const stays = Array.from({ length: 20 }, (_, i) => `r${i}`).filter((id) => id !== 'r3');
    expect(found.filter((id) => stays.includes(id)).sort()).toEqual(stays.sort());
    expect(new Set(found).size).toBe(found.length);
    await gallery.close();
  });

  it('ends at an empty page of an empty gallery, and takes a cursor that is gone', async () => {
    const gallery = await open();
    expect(await gallery.list({ limit: 5 })).toEqual({ records: [], next: null });
    await gallery.add([recordOf('a', axis(8, 0)), recordOf('c', axis(8, 1))]);
    expect((await gallery.list({ limit: 5, cursor: 'b' })).records.map(({ id }) => id)).toEqual(['c']);
    expect((await rejectionOf(gallery.list({ limit: 0 }))).code).toBe('REQUEST_INVALID');
    expect((await rejectionOf(gallery.list({ limit: 1, cursor: 'a/b' }))).code).toBe('REQUEST_INVALID');
    await gallery.close();
  });
});

describe('a filter', () => {
  const numbered = (count: number): NewRecord[] =>
    someRecords(createRandom('numbered'), count, DIMENSION).map((record, i) => ({
      ...record,
      metadata: { number: i, even: i % 2 === 0 },
    }));

  it('holds for searches, lists and counts alike', async () => {
    const gallery = await open();
    await gallery.add(numbered(40));
    const filter = {
      and: [
        { field: 'even', eq: true },
        { field: 'number', gte: 30 },
      ],
    };
    const expected = ['r30', 'r32', 'r34', 'r36', 'r38'];
    expect((await gallery.search(axis(8, 0), { k: 40, filter })).map(({ id }) => id).sort()).toEqual(expected);
    expect((await gallery.list({ limit: 40, filter })).records.map(({ id }) => id)).toEqual(expected);
    const { records, next } = await gallery.list({ limit: 2, filter });
    expect(records.map(({ id }) => id)).toEqual(['r30', 'r32']);
    expect((await gallery.list({ limit: 3, filter, cursor: String(next) })).next).toBeNull();
    expect(await gallery.count(filter)).toBe(5);
    expect(await gallery.count()).toBe(40);
    await gallery.close();
  });

  it('that is wrong is refused', async () => {
    const gallery = await open();
    const filter = JSON.parse('{"field":"a","like":"b"}');
    for (const asked of [
      gallery.search(axis(8, 0), { k: 1, filter }),
      gallery.list({ limit: 1, filter }),
      gallery.count(filter),
    ]) {
      expect((await rejectionOf(asked)).code).toBe('REQUEST_INVALID');
    }
    await gallery.close();
  });
});

describe('a search', () => {
  it('leaves out what scores less than it must', async () => {
    const gallery = await open();
    await gallery.add([
      recordOf('same', axis(8, 0)),
      recordOf('near', unit([3, 4, 0, 0, 0, 0, 0, 0])),
      recordOf('far', axis(8, 2)),
    ]);
    const ids = async (minScore: number) => (await gallery.search(axis(8, 0), { k: 3, minScore })).map(({ id }) => id);
    expect(await ids(-1)).toEqual(['same', 'near', 'far']);
    expect(await ids(0.599)).toEqual(['same', 'near']);
    expect(await ids(0.601)).toEqual(['same']);
    expect((await rejectionOf(ids(1.1))).code).toBe('REQUEST_INVALID');
    await gallery.close();
  });

  it('for several weighted vectors ranks by their direction', async () => {
    const gallery = await open();
    await gallery.add([
      recordOf('x', axis(8, 0)),
      recordOf('y', axis(8, 1)),
      recordOf('xy', unit([1, 1, 0, 0, 0, 0, 0, 0])),
    ]);
    const query = (y: number) => [
      { vector: axis(8, 0), weight: 1 },
      { vector: axis(8, 1), weight: y },
    ];
    expect((await gallery.search(query(1), { k: 3 }))[0]?.id).toBe('xy');
    expect((await gallery.search(query(-1), { k: 3 })).map(({ id }) => id)).toEqual(['x', 'xy', 'y']);
    expect((await rejectionOf(gallery.search([], { k: 1 }))).code).toBe('VECTOR_INVALID');
    expect((await rejectionOf(gallery.search(axis(8, 0), { k: 1, ef: 0 }))).code).toBe('REQUEST_INVALID');
    await gallery.close();
  });
});
