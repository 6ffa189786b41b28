import { expect, it } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import type { Filter, Gallery, NewRecord } from '../../../index/types.ts';
import { recordOf, rejectionOf } from '../support/galleries.ts';
import { Twin } from '../support/twin.ts';
import { randomUnit } from '../support/vectors.ts';
import { DIMENSION, type Place } from './types.ts';

const OPERATIONS = 120;
const IDS = 60;

interface Life {
  readonly place: Place;
  readonly random: Random;
  readonly twin: Twin;
  gallery: Gallery;
}

const anyId = (random: Random): string => `r${random.integer(IDS)}`;

function newRecord(random: Random): NewRecord {
  const metadata = { number: random.integer(100), tags: random.shuffle(['a', 'b', 'c']).slice(0, random.integer(3)) };
  return recordOf(anyId(random), randomUnit(random, DIMENSION), { metadata });
}

function anyFilter(random: Random): Filter {
  const range: Filter = { field: 'number', lt: random.integer(101) };
  return random.pick<Filter>([range, { not: range }, { or: [range, { field: 'tags', contains: 'a' }] }]);
}

/** Each is done on the gallery and on its twin, which have to say the same. */
const operations: Readonly<Record<string, (life: Life) => Promise<void>>> = {
  async add({ gallery, random, twin }) {
    const record = newRecord(random);
    if (twin.has(String(record.id))) {
      expect((await rejectionOf(gallery.add([record]))).code).toBe('RECORD_EXISTS');
      return;
    }
    await gallery.add([record]);
    twin.put(record);
  },
  async upsert({ gallery, random, twin }) {
    const records = Array.from({ length: 1 + random.integer(8) }, () => newRecord(random));
    const outcomes = await gallery.upsert(records);
    for (const [i, record] of records.entries()) {
      expect(outcomes[i]?.status).toBe(twin.has(String(record.id)) ? 'replaced' : 'created');
      twin.put(record);
    }
  },
  async remove({ gallery, random, twin }) {
    const id = anyId(random);
    expect(await gallery.remove(id)).toBe(twin.remove(id));
  },
  async search({ gallery, random, twin }) {
    const query = randomUnit(random, DIMENSION);
    const filter = random.pick([undefined, anyFilter(random)]);
    const [k, exact] = [1 + random.integer(20), random.pick([true, false])];
    const hits = await gallery.search(query, { k, exact, ...(filter && { filter }) });
    expect(hits.map(({ id }) => id)).toEqual(twin.nearest(query, k, filter).map(({ id }) => id));
  },
  async list({ gallery, random, twin }) {
    const filter = anyFilter(random);
    const ids = twin.passing(filter).map(({ id }) => id);
    expect((await gallery.list({ limit: IDS, filter })).records.map(({ id }) => id)).toEqual(ids);
    expect(await gallery.count(filter)).toBe(ids.length);
    expect((await gallery.status()).count).toBe(twin.size);
  },
  async reopen(life) {
    await life.gallery.close();
    life.gallery = await life.place.open();
  },
};
const deck = Object.entries({ add: 4, upsert: 4, remove: 4, search: 6, list: 2, reopen: 1 }).flatMap(([name, times]) =>
  Array.from({ length: times }, () => name),
);

export function model(newPlace: () => Place): void {
  it(`is that of its twin through ${OPERATIONS} random operations`, async () => {
    const place = newPlace();
    const life: Life = { place, random: createRandom('life'), twin: new Twin(), gallery: await place.open() };
    for (let done = 0; done < OPERATIONS; done++) {
      const name = life.random.pick(deck);
      await operations[name]?.(life).catch((cause: unknown) => {
        throw new Error(`operation ${done} (${name}): ${String(cause)}`, { cause });
      });
    }
    await life.gallery.close();
  });
}
