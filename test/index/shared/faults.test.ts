import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../../base/errors.ts';
import { createRandom } from '../../../base/random.ts';
import { openSharedGallery, type SharedGalleryOptions } from '../../../index/shared/gallery.ts';
import { openDatabase } from '../../../index/shared/postgres/database.ts';
import { openPostgresImages } from '../../../index/shared/postgres/images.ts';
import { openPostgresRecords } from '../../../index/shared/postgres/records.ts';
import type { ImageStore, SharedRecords, VectorStore } from '../../../index/shared/types.ts';
import type { Gallery } from '../../../index/types.ts';
import { MODEL, recordOf, rejectionOf, someRecords } from '../support/galleries.ts';
import { axis, randomUnits, unit } from '../support/vectors.ts';
import { databaseForTests } from './support/database.ts';
import { type MemoryVectors, memoryVectors } from './support/memory-vectors.ts';
import { hasPostgres, startPostgres } from './support/postgres.ts';

const D = 8;
const at = (position: number): Float32Array => axis(D, position);
const away = (): never => {
  throw new HoldfastError('STORE_UNAVAILABLE', 'the vectors are away');
};

describe.skipIf(!hasPostgres())('a shared gallery', () => {
  const database = databaseForTests(startPostgres);

  const recordsOf = (name: string): Promise<SharedRecords> =>
    openPostgresRecords(database(), { name, model: MODEL, dimension: D });
  /** What a server does that starts. */
  const open = async (name: string, vectors: MemoryVectors, options: SharedGalleryOptions = {}): Promise<Gallery> => {
    const records = await recordsOf(name);
    const images = await openPostgresImages(database(), records);
    const stores = { records, vectors: await vectors.open(records), images };
    return openSharedGallery(stores, { scanUpTo: 1, ...options });
  };
  /** The labels that each store has. */
  const labelsOf = async (name: string, vectors: MemoryVectors) => {
    const records = await recordsOf(name);
    const schema = await schemaOf(records);
    const rowsOf = async (table: string): Promise<number[]> =>
      (await database().query<{ label: number }>(`SELECT label FROM ${schema}.${table} ORDER BY label`)).map(
        ({ label }) => label,
      );
    const [inRecords, inImages, tasks] = await Promise.all([rowsOf('records'), rowsOf('images'), rowsOf('tasks')]);
    return {
      records: inRecords,
      images: inImages,
      tasks,
      vectors: [...vectors.of(records).keys()].sort((a, b) => a - b),
    };
  };
  const schemaOf = async ({ identity }: SharedRecords): Promise<string> => {
    const text = 'SELECT number FROM holdfast.galleries WHERE identity = $1';
    const [row] = await database().query<{ number: number }>(text, [identity]);
    return `holdfast_${row?.number}`;
  };
  const expectSettled = async (name: string, vectors: MemoryVectors, count: number): Promise<void> => {
    const { records, images, tasks, vectors: inVectors } = await labelsOf(name, vectors);
    expect(records).toHaveLength(count);
    expect({ images, inVectors, tasks }).toEqual({ images: records, inVectors: records, tasks: [] });
  };

  it('takes what the store proposes, and measures it itself', async () => {
    const vectors = memoryVectors();
    const gallery = await open('proposals', vectors);
    await gallery.add(someRecords(createRandom('proposals'), 60, D));
    await gallery.save();
    const kept = vectors.of(await recordsOf('proposals'));
    let asked = 0;
    vectors.before = (operation) => {
      asked += Number(operation === 'search');
    };
    for (const query of randomUnits(createRandom('queries'), 5, D)) {
      const exact = await gallery.search(query, { k: 5, exact: true });
      expect(asked).toBe(0);
      expect(await gallery.search(query, { k: 5 })).toEqual(exact);
      expect(asked).toBe(1);
      asked = 0;
    }
    // A store that has lost most of what it had proposes what is left, and the rest is looked for where it proposes too few.
    for (const label of [...kept.keys()].slice(6)) kept.delete(label);
    const [query = at(0)] = randomUnits(createRandom('left'), 1, D);
    const left = await gallery.search(query, { k: 5 });
    expect(left.every(({ id }) => Number(id.slice(1)) < 6)).toBe(true);
    expect(await gallery.search(query, { k: 10 })).toEqual(await gallery.search(query, { k: 10, exact: true }));
    await gallery.close();
  });

  it('finds each of many that are nearly equal, which the store cannot tell apart', async () => {
    const memory = memoryVectors();
    const records = await recordsOf('near');
    const images = await openPostgresImages(database(), records);
    const store = await memory.open(records);
    const asked: number[] = [];
    /** Takes all that are close for one, and proposes the youngest. */
    const coarse: VectorStore = {
      ...store,
      async search(query, { k }) {
        asked.push(k);
        const far = (vector: Float32Array) => Math.hypot(...vector.map((value, i) => value - Number(query[i])));
        const all = [...memory.of(records).values()].map(({ label, vector }) => ({ label, step: far(vector) > 0.1 }));
        all.sort((a, b) => Number(a.step) - Number(b.step) || b.label - a.label);
        return all.slice(0, k).map(({ label }) => label);
      },
    };
    const gallery = await openSharedGallery({ records, vectors: coarse, images }, { scanUpTo: 1 });
    const near = Array.from({ length: 40 }, (_, i) => unit(at(0).map((value, j) => value + (j === 1 ? i / 1000 : 0))));
    await gallery.add(
      [...near, ...randomUnits(createRandom('far'), 40, D)].map((vector, i) => recordOf(`r${i}`, vector)),
    );
    for (const [i, vector] of near.entries()) {
      expect((await gallery.search(vector, { k: 3 }))[0]).toMatchObject({ id: `r${i}`, distance: 0 });
    }
    asked.splice(0);
    await gallery.search(at(4), { k: 3 });
    expect(asked).toHaveLength(1);
    await gallery.close();
  });

  it('shows nothing that only the store has, and nothing that does not pass', async () => {
    const vectors = memoryVectors();
    const gallery = await open('stale', vectors);
    await gallery.add(Array.from({ length: 20 }, (_, i) => recordOf(`r${i}`, at(i % D), { metadata: { i } })));
    await gallery.save();
    const kept = vectors.of(await recordsOf('stale'));
    for (let label = 1000; label < 1004; label++) kept.set(label, { label, vector: at(0), metadata: { i: 1 } });
    // The store has other metadata than the records.
    for (const [label, entry] of kept) kept.set(label, { ...entry, metadata: { i: 1 } });
    const hits = await gallery.search(at(0), { k: 3, filter: { field: 'i', lt: 12 } });
    expect(hits.map(({ id }) => id)).toEqual(['r0', 'r8', 'r1']);
    await gallery.close();
  });

  it('finds what was written while the store was away, and completes it when it is back', async () => {
    const vectors = memoryVectors();
    const gallery = await open('away', vectors);
    await gallery.add([recordOf('a', at(0)), recordOf('b', at(1))]);
    await gallery.save();
    vectors.before = (operation) => (operation === 'put' || operation === 'remove' ? away() : undefined);
    const calls = [gallery.upsert([recordOf('a', at(2))]), gallery.remove('b'), gallery.add([recordOf('c', at(3))])];
    for (const { code } of await Promise.all(calls.map(rejectionOf))) expect(code).toBe('STORE_UNAVAILABLE');
    expect(await gallery.search(at(2), { k: 1 })).toMatchObject([{ id: 'a', distance: 0 }]);
    expect((await gallery.search(at(3), { k: 9 })).map(({ id }) => id)).toEqual(['c', 'a']);
    expect(await gallery.status()).toMatchObject({ count: 2, fresh: 4 });
    expect((await rejectionOf(gallery.save())).code).toBe('STORE_UNAVAILABLE');
    expect((await gallery.status()).fault?.code).toBe('STORE_UNAVAILABLE');
    vectors.before = () => {};
    await gallery.save();
    expect(await gallery.status()).toMatchObject({ fresh: 0, fault: undefined });
    await expectSettled('away', vectors, 2);
    await gallery.close();
  });

  it.each(['before the records', 'after the records'])(
    'completes or undoes the write of a server that died %s',
    async (when) => {
      const vectors = memoryVectors();
      const name = `died ${when}`;
      const records = await recordsOf(name);
      const images = await openPostgresImages(database(), records);
      const never = new Promise<never>(() => {});
      const dead = {
        records: when === 'before the records' ? { ...records, insert: () => never } : records,
        vectors: { ...(await vectors.open(records)), put: () => never },
        images,
      };
      const first = await open(name, vectors);
      await first.add([recordOf('a', at(0))]);
      await first.save();
      const dying = await openSharedGallery(dead);
      void dying.upsert([recordOf('a', at(1)), recordOf('b', at(2))]);
      const stored = async (): Promise<boolean> => {
        const { images: inImages, records: inRecords } = await labelsOf(name, vectors);
        return inImages.length >= 3 && (when === 'before the records' || inRecords.length === 2);
      };
      while (!(await stored())) await new Promise((resolve) => setTimeout(resolve, 20));
      const next = await open(name, vectors, { abandonedSeconds: 0 });
      await expectSettled(name, vectors, when === 'before the records' ? 1 : 2);
      const position = when === 'before the records' ? 0 : 1;
      expect(await next.search(at(position), { k: 1 })).toMatchObject([{ id: 'a', distance: 0 }]);
      await Promise.all([first.close(), next.close()]);
    },
  );

  it('begins a write anew whose tasks another server took for interrupted', async () => {
    const vectors = memoryVectors();
    const records = await recordsOf('slow');
    const images = await openPostgresImages(database(), records);
    let claims = 0;
    const slow = {
      ...records,
      async insert(...given: Parameters<SharedRecords['insert']>) {
        if (claims++ === 0) await open('slow', vectors, { abandonedSeconds: 0 }).then((other) => other.close());
        return records.insert(...given);
      },
    };
    const gallery = await openSharedGallery({ records: slow, vectors: await vectors.open(records), images });
    await gallery.add([recordOf('a', at(0))]);
    expect(claims).toBe(2);
    expect(await gallery.image('a')).toMatchObject({ type: 'image/png' });
    await gallery.save();
    await expectSettled('slow', vectors, 1);
    await gallery.close();
  });

  it('keeps no picture that came after its write was taken for interrupted', async () => {
    const vectors = memoryVectors();
    const records = await recordsOf('late');
    const images = await openPostgresImages(database(), records);
    let put = 0;
    const late: ImageStore = {
      ...images,
      async put(...given) {
        if (put++ === 0) await open('late', vectors, { abandonedSeconds: 0 }).then((other) => other.close());
        return images.put(...given);
      },
    };
    const gallery = await openSharedGallery({ records, vectors: await vectors.open(records), images: late });
    await gallery.add([recordOf('a', at(0))]);
    expect(put).toBe(2);
    await gallery.save();
    await expectSettled('late', vectors, 1);
    await gallery.close();
  });

  it('has one truth when two servers replace and remove the same records at once', async () => {
    const vectors = memoryVectors();
    const random = createRandom('two');
    // Each operation of the store takes its time.
    vectors.before = () => new Promise((resolve) => setTimeout(resolve, random.integer(4)));
    const servers = await Promise.all([open('two', vectors), open('two', vectors)]);
    const write = async (gallery: Gallery, i: number): Promise<void> => {
      const ids = [i % 3, (i + 1) % 3].map((n) => `r${n}`);
      if (i % 5 === 4) await gallery.remove(String(ids[0]));
      else await gallery.upsert(ids.map((id) => recordOf(id, at(i % D))));
    };
    await Promise.all(servers.flatMap((gallery) => Array.from({ length: 20 }, (_, i) => write(gallery, i))));
    const [a, b] = await Promise.all(servers.map((gallery) => gallery.search(at(0), { k: 9, exact: true })));
    expect(a).toEqual(b);
    await expectSettled('two', vectors, a?.length ?? 0);
    for (const { id, vector } of a ?? []) {
      for (const gallery of servers) {
        const hits = await gallery.search(vector, { k: 3 });
        expect(hits.find((hit) => hit.id === id)?.distance).toBe(0);
        expect(await gallery.image(id)).toBeDefined();
      }
    }
    await Promise.all(servers.map((gallery) => gallery.close()));
  });

  it('puts vectors that the store has lost into it again at the next start', async () => {
    const vectors = memoryVectors();
    const gallery = await open('lost', vectors);
    await gallery.add(someRecords(createRandom('lost'), 40, D));
    await gallery.save();
    await gallery.close();
    const kept = vectors.of(await recordsOf('lost'));
    kept.delete([...kept.keys()][7] ?? 0);
    const next = await open('lost', vectors);
    await next.save();
    await expectSettled('lost', vectors, 40);
    await next.close();
  });

  it('moves its vectors to a store of another kind only when it is told to, exact meanwhile', async () => {
    const old = memoryVectors('old');
    const first = await open('moved', old);
    await first.add(someRecords(createRandom('moved'), 40, D));
    await first.save();
    const next = memoryVectors('new');
    const refused = await rejectionOf(open('moved', next));
    expect(refused.code).toBe('OPTION_INVALID');
    expect(refused.message).toMatch(/in old, not in new.*--rebuild-index/);
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    next.before = (operation) => (operation === 'clear' ? held : undefined);
    const moving = await open('moved', next, { rebuild: true });
    expect((await moving.status()).folding).toBe(true);
    const query = at(2);
    const exact = await moving.search(query, { k: 7, exact: true });
    // Neither the store that is being filled nor the one that is given up may be asked.
    old.before = (operation) => (operation === 'search' ? away() : undefined);
    expect(await moving.search(query, { k: 7 })).toEqual(exact);
    expect(await first.search(query, { k: 7 })).toEqual(exact);
    release();
    await moving.save();
    expect(await moving.status()).toMatchObject({ folding: false, generation: 1 });
    await expectSettled('moved', next, 40);
    expect(await moving.search(query, { k: 7 })).toEqual(exact);
    await Promise.all([first.close(), moving.close()]);
  });
});

describe('a database that is not there', () => {
  it('is named without its password', async () => {
    const database = openDatabase('postgres://user:secret@127.0.0.1:1/none');
    const error = await rejectionOf(openPostgresRecords(database, { name: 'a', model: MODEL, dimension: D }));
    expect([error.code, error.status]).toEqual(['STORE_UNAVAILABLE', 503]);
    expect(error.message).toContain('127.0.0.1:1');
    expect(error.message).not.toContain('secret');
    await database.close();
  });
});
