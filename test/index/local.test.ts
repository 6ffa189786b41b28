import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { ExactIndex } from '../../index/exact.ts';
import { LocalGallery } from '../../index/local.ts';
import {
  addLocally,
  codeOf,
  errorOf,
  foldHere,
  makeGallery,
  optionsOf,
  recordOf,
  rejectionOf,
  someRecords,
  temporaryFolders,
} from './support/galleries.ts';
import { axis, randomUnit, randomUnits } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 12;

function open(directory: string, rebuild = false): LocalGallery {
  return new LocalGallery(optionsOf(directory, DIMENSION, { rebuild }), foldHere);
}

const graphOf = (directory: string): string => join(directory, 'graph.hnsw');

describe('search', () => {
  it('agrees with the exact twin, by the graph or not, whatever k is', async () => {
    const random = createRandom('search');
    const records = someRecords(random, 1600, DIMENSION);
    const twin = new ExactIndex(DIMENSION);
    records.forEach(({ vector }, row) => {
      twin.add(row + 1, vector);
    });
    const gallery = open(folder());
    addLocally(gallery, DIMENSION, records);
    let found = 0;
    let wanted = 0;
    await gallery.save();
    expect(gallery.status()).toMatchObject({ fresh: 0, folding: false });
    for (const query of randomUnits(random, 8, DIMENSION)) {
      for (const k of [1, 10, 100, 400, 401, 1600, 5000]) {
        const truth = twin.nearest(query, k).map(({ label }) => `r${label - 1}`);
        const exact = gallery.search(query, { k, exact: true });
        expect(exact.map(({ id }) => id)).toEqual(truth);
        const hits = gallery.search(query, { k });
        expect(hits).toHaveLength(truth.length);
        wanted += truth.length;
        found += hits.filter(({ id }) => truth.includes(id)).length;
      }
    }
    expect(found / wanted).toBeGreaterThan(0.98);
    await gallery.close();
  });

  it('returns full hits: record, vector and distance', async () => {
    const gallery = open(folder());
    addLocally(gallery, DIMENSION, [recordOf('a', axis(DIMENSION, 0)), recordOf('b', axis(DIMENSION, 1))]);
    const [first, second] = gallery.search(axis(DIMENSION, 1), { k: 5 });
    expect(first).toMatchObject({ id: 'b', label: 'label of b', metadata: { of: 'b' }, distance: 0 });
    expect([...(first?.vector ?? [])]).toEqual([...axis(DIMENSION, 1)]);
    expect(second?.distance).toBeCloseTo(Math.SQRT2, 6);
    await gallery.close();
  });

  it('still returns k hits when most of the graph is tombstones', async () => {
    const random = createRandom('tombstones');
    const gallery = open(folder());
    addLocally(gallery, DIMENSION, someRecords(random, 3000, DIMENSION));
    for (let i = 0; i < 1900; i++) gallery.remove(`r${i}`);
    for (const query of randomUnits(random, 20, DIMENSION)) {
      const hits = gallery.search(query, { k: 200 });
      expect(hits).toHaveLength(200);
      expect(hits.every(({ id }) => Number(id.slice(1)) >= 1900)).toBe(true);
    }
    await gallery.close();
  });

  it('is exact for a query that is not of unit length', async () => {
    const random = createRandom('long');
    const records = someRecords(random, 1200, DIMENSION);
    const gallery = open(folder());
    addLocally(gallery, DIMENSION, records);
    const query = randomUnit(random, DIMENSION).map((value) => value * 1e30);
    const ids = gallery.search(query, { k: 5 }).map(({ id }) => id);
    expect(ids).toEqual(gallery.search(query, { k: 5, exact: true }).map(({ id }) => id));
    await gallery.close();
  });

  it('of an empty gallery finds nothing', async () => {
    const gallery = open(folder());
    expect(gallery.search(axis(DIMENSION, 0), { k: 3 })).toEqual([]);
    expect(gallery.sample(3)).toEqual([]);
    await gallery.close();
  });
});

describe('a sample', () => {
  it('is spread evenly over the labels, the same each time', async () => {
    const directory = folder();
    makeGallery(directory, 100, DIMENSION);
    const gallery = open(directory);
    const ids = gallery.sample(10).map(({ id }) => id);
    expect(ids).toEqual(['r5', 'r15', 'r25', 'r35', 'r45', 'r55', 'r65', 'r75', 'r85', 'r95']);
    gallery.remove('r0');
    gallery.remove('r50');
    await gallery.close();
    const again = open(directory);
    expect(again.sample(98).map(({ id }) => id)).toHaveLength(98);
    expect(new Set(again.sample(1000).map(({ id }) => id)).size).toBe(98);
    expect(again.sample(1000).every(({ distance, vector }) => distance === 0 && vector.length === DIMENSION)).toBe(
      true,
    );
    await again.close();
  });
});

describe('what is kept in memory', () => {
  it('is what searches found, and not what a sample read', async () => {
    const directory = folder();
    makeGallery(directory, 2, DIMENSION);
    const gallery = open(directory);
    const [first, second] = gallery.sample(2).map(({ vector }) => vector);
    if (first === undefined || second === undefined) throw new RangeError('a sample of two');
    const found = gallery.search(first, { k: 1 });
    new Database(join(directory, 'records.sqlite')).exec("UPDATE records SET text = 'other'").close();
    expect(gallery.search(first, { k: 1 })).toEqual(found);
    expect(codeOf(() => gallery.search(second, { k: 1 }))).toBe('INDEX_DAMAGED');
    await gallery.close();
  });
});

describe('the file of the graph', () => {
  it('is written by a new gallery, and opened by the next start', async () => {
    const directory = folder();
    makeGallery(directory, 50, DIMENSION);
    const gallery = open(directory);
    expect(gallery.status().graph).toBe('opened');
    await gallery.close();
  });

  it('is written again only when something changed', async () => {
    const directory = folder();
    makeGallery(directory, 50, DIMENSION);
    const stamp = (): bigint => statSync(graphOf(directory), { bigint: true }).ino;
    const before = stamp();
    const gallery = open(directory);
    await gallery.save();
    gallery.search(axis(DIMENSION, 0), { k: 1 });
    gallery.remove('not there');
    await gallery.save();
    expect(stamp()).toBe(before);
    gallery.remove('r1');
    await gallery.save();
    expect(stamp()).not.toBe(before);
    await gallery.close();
  });

  it('is brought up to the records when it is older', async () => {
    const directory = folder();
    const records = makeGallery(directory, 1500, DIMENSION);
    const old = readFileSync(graphOf(directory));
    let gallery = open(directory);
    for (let i = 0; i < 100; i++) gallery.remove(`r${i}`);
    const more = someRecords(createRandom('more'), 200, DIMENSION, 'm');
    addLocally(gallery, DIMENSION, more);
    await gallery.close();
    writeFileSync(graphOf(directory), old);
    gallery = open(directory);
    expect(gallery.status()).toMatchObject({ graph: 'opened', count: 1600 });
    for (const { id, vector } of [...more, ...records.slice(100, 200)]) {
      expect(gallery.search(vector, { k: 1 })[0]?.id).toBe(id);
    }
    const gone = records[0]?.vector ?? axis(DIMENSION, 0);
    expect(gallery.search(gone, { k: 50 }).map(({ id }) => id)).not.toContain('r0');
    await gallery.close();
  });

  it('is built from the records when it is missing', async () => {
    const directory = folder();
    const records = makeGallery(directory, 1200, DIMENSION);
    rmSync(graphOf(directory));
    const gallery = open(directory);
    expect(gallery.status()).toMatchObject({ graph: 'built', count: 1200 });
    for (const { id, vector } of records.slice(0, 50)) expect(gallery.search(vector, { k: 1 })[0]?.id).toBe(id);
    await gallery.close();
  });

  it('that is damaged is refused, and replaced by a rebuild for good', async () => {
    const directory = folder();
    makeGallery(directory, 30, DIMENSION);
    writeFileSync(graphOf(directory), 'rubbish');
    const error = errorOf(() => open(directory));
    expect(error.code).toBe('INDEX_DAMAGED');
    expect(error.message).toContain('graph.hnsw');
    expect(error.message).toContain('--rebuild-index');
    const rebuilt = open(directory, true);
    expect(rebuilt.status()).toMatchObject({ graph: 'built', count: 30 });
    await rebuilt.close();
    await open(directory).close();
  });

  it('loses its tombstones at a save when they are more than three in ten', async () => {
    const directory = folder();
    makeGallery(directory, 400, DIMENSION);
    const size = (): number => statSync(graphOf(directory)).size;
    const full = size();
    const gallery = open(directory);
    for (let i = 0; i < 100; i++) gallery.remove(`r${i}`);
    await gallery.save();
    expect(size()).toBeGreaterThanOrEqual(full);
    for (let i = 100; i < 200; i++) gallery.remove(`r${i}`);
    await gallery.save();
    expect(size()).toBeLessThan(0.6 * full);
    expect(gallery.search(axis(DIMENSION, 0), { k: 400 })).toHaveLength(200);
    await gallery.close();
  });

  it('can be of a gallery that was emptied', async () => {
    const directory = folder();
    makeGallery(directory, 5, DIMENSION);
    const gallery = open(directory);
    for (let i = 0; i < 5; i++) expect(gallery.remove(`r${i}`)).toBe(true);
    await gallery.close();
    const again = open(directory);
    expect(again.status()).toMatchObject({ count: 0, graph: 'opened', sequence: 6 });
    addLocally(again, DIMENSION, [recordOf('new', axis(DIMENSION, 0))]);
    expect(again.search(axis(DIMENSION, 0), { k: 3 }).map(({ id }) => id)).toEqual(['new']);
    await again.close();
  });

  it('that cannot be written leaves the old one, the records and the lock as they should be', async () => {
    const directory = folder();
    makeGallery(directory, 10, DIMENSION);
    const before = readFileSync(graphOf(directory));
    const gallery = open(directory);
    addLocally(gallery, DIMENSION, [recordOf('new', axis(DIMENSION, 0))]);
    rmSync(graphOf(directory));
    mkdirSync(join(graphOf(directory), 'in the way'), { recursive: true });
    expect((await rejectionOf(gallery.save())).code).toBe('INDEX_DAMAGED');
    expect((await rejectionOf(gallery.save())).code).toBe('INDEX_WRITE_FAILED');
    expect(gallery.status()).toMatchObject({ fresh: 1, fault: { code: 'INDEX_WRITE_FAILED' } });
    await gallery.close();
    rmSync(graphOf(directory), { recursive: true });
    writeFileSync(graphOf(directory), before);
    const again = open(directory);
    expect(again.status()).toMatchObject({ count: 11, graph: 'opened' });
    await again.close();
  });
});

describe('the folder', () => {
  it('is made when it is missing, as deep as it is', async () => {
    const directory = join(folder(), 'a', 'b');
    await open(directory).close();
    expect(existsSync(graphOf(directory))).toBe(true);
  });

  it('is not used by two at a time', async () => {
    const directory = folder();
    const gallery = open(directory);
    expect(codeOf(() => open(directory))).toBe('INDEX_LOCKED');
    expect(gallery.status().count).toBe(0);
    await gallery.close();
    await open(directory).close();
  });

  it('is given back when opening fails', async () => {
    const directory = folder();
    await open(directory).close();
    expect(codeOf(() => new LocalGallery(optionsOf(directory, 5)))).toBe('MODEL_MISMATCH');
    await open(directory).close();
  });

  it('that lost its records is damaged, and not a new gallery', async () => {
    const directory = folder();
    makeGallery(directory, 3, DIMENSION);
    rmSync(join(directory, 'records.sqlite'));
    const error = errorOf(() => open(directory));
    expect(error.code).toBe('INDEX_DAMAGED');
    expect(error.message).toContain('records.sqlite');
    expect(codeOf(() => open(directory, true))).toBe('INDEX_DAMAGED');
  });

  it('with records put back from an older backup says that the graph is newer', async () => {
    const directory = folder();
    makeGallery(directory, 3, DIMENSION);
    const backup = readFileSync(join(directory, 'records.sqlite'));
    const gallery = open(directory);
    addLocally(gallery, DIMENSION, [recordOf('later', axis(DIMENSION, 0))]);
    await gallery.save();
    await gallery.close();
    writeFileSync(join(directory, 'records.sqlite'), backup);
    expect(errorOf(() => open(directory)).message).toContain('newer');
    const rebuilt = open(directory, true);
    expect(rebuilt.status().count).toBe(3);
    await rebuilt.close();
  });

  it('is cleared of what a crash left half written', async () => {
    const directory = folder();
    makeGallery(directory, 3, DIMENSION);
    const left = [
      'graph.hnsw.4711.part',
      'graph.hnsw.write.part',
      'graph.hnsw.read.part',
      'graph.hnsw.next.part',
      'records.sqlite.part',
    ];
    for (const name of left) writeFileSync(join(directory, name), 'half');
    await open(directory).close();
    expect(left.filter((name) => existsSync(join(directory, name)))).toEqual([]);
  });

  it('that cannot be made says so', async () => {
    const directory = folder();
    writeFileSync(join(directory, 'file'), '');
    expect(codeOf(() => open(join(directory, 'file', 'gallery')))).toBe('INDEX_WRITE_FAILED');
  });
});
