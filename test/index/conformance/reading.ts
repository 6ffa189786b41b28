import { expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { Filter, Gallery, Metadata, Page } from '../../../index/types.ts';
import { recordOf, someRecords } from '../support/galleries.ts';
import { axis, randomUnit } from '../support/vectors.ts';
import { DIMENSION, type Place } from './types.ts';

async function pagesOf(gallery: Gallery, limit: number, filter?: Filter): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await gallery.list({
      limit,
      ...(cursor === undefined ? {} : { cursor }),
      ...(filter && { filter }),
    });
    pages.push(page.records.map(({ id }) => id));
    cursor = page.next;
  }
  return pages;
}

/** Values that databases keep in ways of their own. */
const ODD: readonly Metadata[] = [
  { text: 'a\u0000b', 'key\u0000': 1 },
  { text: 'a\u0001b\u0001\u0000' },
  { text: '\\u0000 is no U+0000', list: ['\u0000', '\\', '"'] },
  { text: '\ud800' },
  { large: 1e308, small: 5e-324, whole: 2 ** 60, odd: 0.1, hundred: 1e21 },
  { größe: 'ß', '\u{1f600}': '\uffee', empty: '', '': 'a key without a letter' },
  { nested: { deep: [[{ a: null }], [], {}] }, yes: true, no: false, nothing: null },
  JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'),
];

export function reading(newPlace: () => Place): void {
  it('gives back labels, metadata and pictures as they were', async () => {
    const gallery = await newPlace().open();
    const records = ODD.map((metadata, i) =>
      recordOf(`odd${i}`, axis(DIMENSION, i % DIMENSION), {
        metadata,
        label: `label\u0000 ${i}\u0001`,
        image: {
          type: 'image/\u0000',
          bytes: Uint8Array.from({ length: i * 300 }, (_, j) => j),
          ...(i % 2 === 0 ? {} : { look: `00000000000000f${i}` }),
        },
      }),
    );
    await gallery.add(records);
    for (const { id = '', label, metadata, image, vector } of records) {
      expect(await gallery.get(id)).toMatchObject({ id, label });
      expect(JSON.stringify((await gallery.get(id))?.metadata)).toBe(JSON.stringify(metadata));
      expect(await gallery.image(id)).toEqual({ ...image, bytes: Uint8Array.from(image.bytes) });
      expect(await gallery.vector(id)).toEqual(vector);
    }
    expect(await gallery.vector('nowhere')).toBeUndefined();
    await gallery.close();
  });

  it('finds a list with the vectors behind it, which is the list of a longer search', async () => {
    const gallery = await newPlace().open();
    const random = createRandom('behind');
    await gallery.add(someRecords(random, 30, DIMENSION));
    const query = randomUnit(random, DIMENSION);
    const all = await gallery.search(query, { k: 30 });
    const { hits, behind, generation } = await gallery.find(query, { k: 5, behind: 8 });
    expect(hits).toEqual(all.slice(0, 5));
    expect(behind).toEqual(all.slice(5, 13).map(({ vector }) => vector));
    expect(generation).toBe((await gallery.status()).generation);
    const near = 1 - (all[2]?.distance ?? 0) ** 2 / 2;
    const few = await gallery.find(query, { k: 5, behind: 100, minScore: near - 1e-6 });
    expect([few.hits.length, few.behind.length]).toEqual([3, 25]);
    await expect(gallery.find(query, { k: 5, behind: -1 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await gallery.close();
  });

  it('lists the records by id, page by page, each exactly once whatever is written meanwhile', async () => {
    const gallery = await newPlace().open();
    const ids = ['b', 'B', 'a.1', 'a-1', 'a:1', 'a_1', 'a1', 'Z', '0', 'aa'];
    await gallery.add(ids.map((id, i) => recordOf(id, axis(DIMENSION, i % DIMENSION))));
    const sorted = [...ids].sort();
    for (const limit of [1, 3, 10, 11]) expect((await pagesOf(gallery, limit)).flat()).toEqual(sorted);
    expect(await pagesOf(gallery, 10)).toHaveLength(1);
    const first = await gallery.list({ limit: 4 });
    await gallery.remove('0');
    await gallery.upsert([recordOf('a1', axis(DIMENSION, 0)), recordOf('-', axis(DIMENSION, 0))]);
    const rest = await gallery.list({ limit: 100, cursor: String(first.next) });
    expect([...first.records, ...rest.records].map(({ id }) => id)).toEqual(sorted);
    await gallery.close();
  });

  it('lists and counts what passes a filter', async () => {
    const gallery = await newPlace().open();
    const vector = axis(DIMENSION, 0);
    await gallery.add(Array.from({ length: 20 }, (_, n) => recordOf(`r${n + 10}`, vector, { metadata: { n } })));
    await gallery.add([recordOf('none', vector, { metadata: null })]);
    const filter: Filter = { field: 'n', gte: 15 };
    expect(await gallery.count(filter)).toBe(5);
    expect(await gallery.count()).toBe(21);
    expect(await gallery.count({ not: filter })).toBe(16);
    expect(await pagesOf(gallery, 2, filter)).toEqual([['r25', 'r26'], ['r27', 'r28'], ['r29']]);
    await gallery.close();
  });

  it('samples evenly, the same each time', async () => {
    const gallery = await newPlace().open();
    const records = someRecords(createRandom('sample'), 100, DIMENSION);
    await gallery.add(records);
    const ids = (await gallery.sample(10)).map(({ id }) => id);
    expect(ids).toEqual(['r5', 'r15', 'r25', 'r35', 'r45', 'r55', 'r65', 'r75', 'r85', 'r95']);
    const all = await gallery.sample(1000);
    expect(all.map(({ id }) => id)).toEqual(records.map(({ id }) => id));
    expect(all[7]).toMatchObject({ distance: 0, vector: records[7]?.vector, metadata: { of: 'r7' } });
    await gallery.close();
  });

  it('of what is not there says so', async () => {
    const gallery = await newPlace().open();
    expect(await gallery.get('a')).toBeUndefined();
    expect(await gallery.image('a')).toBeUndefined();
    expect(await gallery.remove('a')).toBe(false);
    expect(await gallery.list({ limit: 3 })).toEqual({ records: [], next: null });
    expect(await gallery.sample(3)).toEqual([]);
    expect(await gallery.search(randomUnit(createRandom('none'), DIMENSION), { k: 3 })).toEqual([]);
    await gallery.close();
  });
}
