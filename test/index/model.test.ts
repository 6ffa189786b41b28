import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../base/errors.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { LocalGallery } from '../../index/local.ts';
import { packRecords } from '../../index/packing.ts';
import type { Filter, NewRecord } from '../../index/types.ts';
import { foldHere, optionsOf, recordOf, temporaryFolders } from './support/galleries.ts';
import { Twin } from './support/twin.ts';
import { randomUnit } from './support/vectors.ts';

/*
 * Random operations with restarts, on a gallery and on its twin. HOLDFAST_TEST_OPERATIONS says how many, and
 * HOLDFAST_TEST_SEED which; a failure names both.
 */
const OPERATIONS = Number(process.env.HOLDFAST_TEST_OPERATIONS ?? 150);
const SEED = process.env.HOLDFAST_TEST_SEED ?? 'model';

const folder = temporaryFolders();
const DIMENSION = 8;
/** Beyond what is scanned, so that searches walk the graph. */
const RECORDS = 1100;
const IDS = 1400;

interface Model {
  readonly directory: string;
  readonly random: Random;
  readonly twin: Twin;
  gallery: LocalGallery;
  /** Of the ten nearest: how many were looked for without `exact`, and found. */
  wanted: number;
  found: number;
}

const open = (directory: string): LocalGallery => new LocalGallery(optionsOf(directory, DIMENSION), foldHere);
const anyId = (random: Random): string => `r${random.integer(IDS)}`;

function newRecord(random: Random, id = anyId(random)): NewRecord {
  const metadata = { number: random.integer(100), tags: random.shuffle(['a', 'b', 'c']).slice(0, random.integer(3)) };
  return recordOf(id, randomUnit(random, DIMENSION), { metadata });
}

/** A filter of any selectivity. */
function anyFilter(random: Random): Filter {
  const range: Filter = { field: 'number', lt: random.integer(101) };
  return random.pick<Filter>([range, { not: range }, { and: [range, { field: 'tags', contains: 'a' }] }]);
}

/** Each operation is done on both, which have to say the same. */
const operations: Readonly<Record<string, (model: Model) => void | Promise<void>>> = {
  add({ gallery, random, twin }) {
    const record = newRecord(random);
    try {
      gallery.add(packRecords([record], DIMENSION));
      expect(twin.has(String(record.id))).toBe(false);
      twin.put(record);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      expect([error.code, twin.has(String(record.id))]).toEqual(['RECORD_EXISTS', true]);
    }
  },
  upsert({ gallery, random, twin }) {
    const records = Array.from({ length: 1 + random.integer(40) }, () => newRecord(random));
    const replaced = gallery.upsert(packRecords(records, DIMENSION));
    for (const [i, record] of records.entries()) {
      expect(replaced[i]).toBe(twin.has(String(record.id)));
      twin.put(record);
    }
  },
  remove({ gallery, random, twin }) {
    const id = anyId(random);
    expect(gallery.remove(id)).toBe(twin.remove(id));
  },
  searchExactly({ gallery, random, twin }) {
    const query = randomUnit(random, DIMENSION);
    const [k, filter] = [1 + random.integer(20), anyFilter(random)];
    const hits = gallery.search(query, { k, filter, exact: true });
    expect(hits.map(({ id }) => id)).toEqual(twin.nearest(query, k, filter).map(({ id }) => id));
  },
  search(model) {
    const { gallery, random, twin } = model;
    const query = randomUnit(random, DIMENSION);
    const filter = random.uniform() < 0.5 ? undefined : anyFilter(random);
    const truth = twin.nearest(query, 10, filter).map(({ id }) => id);
    const hits = gallery.search(query, { k: 10, filter });
    expect(hits).toHaveLength(truth.length);
    model.wanted += truth.length;
    model.found += hits.filter(({ id }) => truth.includes(id)).length;
  },
  list({ gallery, random, twin }) {
    const filter = anyFilter(random);
    const ids = twin.passing(filter).map(({ id }) => id);
    const [limit, cursor] = [1 + random.integer(50), anyId(random)];
    const after = ids.filter((id) => id > cursor);
    const { records, next } = gallery.list({ limit, cursor, filter });
    expect(records.map(({ id }) => id)).toEqual(after.slice(0, limit));
    expect(next).toBe(after.length > limit ? after[limit - 1] : null);
    expect(gallery.count(filter)).toBe(ids.length);
  },
  save: ({ gallery }) => gallery.save(),
  async restart(model) {
    await model.gallery.close();
    model.gallery = open(model.directory);
    expectEqual(model);
  },
};

/** How often each of them is done. */
const weights: Readonly<Record<string, number>> = {
  add: 6,
  upsert: 4,
  remove: 6,
  searchExactly: 4,
  search: 8,
  list: 3,
  save: 1,
  restart: 1,
};
const deck = Object.entries(weights).flatMap(([name, times]) => Array.from({ length: times }, () => name));

/** Everything that the gallery holds is what the twin holds. */
function expectEqual({ gallery, twin }: Model): void {
  const kept = twin.passing();
  const { records, next } = gallery.list({ limit: IDS });
  expect(next).toBeNull();
  expect(records.map(({ id, metadata }) => ({ id, metadata }))).toEqual(
    kept.map(({ id, metadata }) => ({ id, metadata })),
  );
  expect(gallery.status()).toMatchObject({ count: twin.size, graph: 'opened' });
  for (const { id, vector } of kept.filter((_, i) => i % 11 === 0)) {
    expect(gallery.search(vector, { k: 1 })).toMatchObject([{ id, distance: 0 }]);
  }
}

describe('a gallery beside its twin', () => {
  it(
    `says the same through ${OPERATIONS} random operations and restarts`,
    async () => {
      const directory = folder();
      const random = createRandom(SEED);
      const model: Model = { directory, random, twin: new Twin(), gallery: open(directory), wanted: 0, found: 0 };
      const first = Array.from({ length: RECORDS }, (_, i) => newRecord(random, `r${i}`));
      model.gallery.add(packRecords(first, DIMENSION));
      for (const record of first) model.twin.put(record);
      await model.gallery.save();
      let done = 0;
      let name = '';
      try {
        for (; done < OPERATIONS; done++) {
          name = random.pick(deck);
          await operations[name]?.(model);
        }
        name = 'the last restart';
        await operations.restart?.(model);
        expect(model.found / model.wanted).toBeGreaterThanOrEqual(0.98);
      } catch (cause) {
        throw new Error(`seed "${SEED}", operation ${done} (${name}): ${String(cause)}`, { cause });
      } finally {
        await model.gallery.close();
      }
    },
    60_000 + 200 * OPERATIONS,
  );
});
