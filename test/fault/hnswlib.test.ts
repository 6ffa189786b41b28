import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { openGallery } from '../../index/index.ts';
import type { Gallery } from '../../index/types.ts';
import {
  makeGallery,
  optionsOf,
  recordOf,
  rejectionOf,
  someRecords,
  temporaryFolders,
} from '../index/support/galleries.ts';
import { clusteredUnits, randomUnits } from '../index/support/vectors.ts';

/* Each way in which hnswlib ends the process, loses data or answers with garbage, and what the gallery does instead. */

const folder = temporaryFolders();
const DIMENSION = 16;

function open(directory: string, dimension = DIMENSION): Promise<Gallery> {
  return openGallery(optionsOf(directory, dimension));
}

/** A vector as a caller without types might send it. */
function untyped(values: unknown): Float32Array {
  return values as Float32Array;
}

describe('where hnswlib ends the process', () => {
  it.each([
    ['texts', Array.from({ length: DIMENSION }, String)],
    ['holes', new Array<number>(DIMENSION)],
    ['objects', Array.from({ length: DIMENSION }, () => ({}))],
    ['undefined', undefined],
  ])('on %s in a vector, the call is refused', async (_, values) => {
    const gallery = await open(folder());
    expect((await rejectionOf(gallery.search(untyped(values), { k: 1 }))).code).toBe('VECTOR_INVALID');
    expect((await rejectionOf(gallery.add([recordOf('a', untyped(values))]))).code).toBe('VECTOR_INVALID');
    await gallery.close();
  });

  it('on a search after a file that is missing, the graph is built', async () => {
    const directory = folder();
    const [record] = makeGallery(directory, 1500, DIMENSION);
    rmSync(join(directory, 'graph.hnsw'));
    const gallery = await open(directory);
    expect((await gallery.status()).graph).toBe('built');
    expect(await gallery.search(record?.vector ?? new Float32Array(), { k: 1 })).toMatchObject([{ id: 'r0' }]);
    await gallery.close();
  });

  it('on a thread that is ended during a search, the thread is asked and finishes first', async () => {
    const directory = folder();
    makeGallery(directory, 3000, DIMENSION);
    const gallery = await open(directory);
    const queries = randomUnits(createRandom('end'), 200, DIMENSION);
    const searches = queries.map((query) => gallery.search(query, { k: 20 }));
    const closed = gallery.close();
    for (const hits of await Promise.all(searches)) expect(hits).toHaveLength(20);
    await closed;
  });
});

describe('where hnswlib loses data without a word', () => {
  it('when the folder is gone, saving is refused', async () => {
    const directory = join(folder(), 'gallery');
    const gallery = await open(directory);
    await gallery.add(someRecords(createRandom(1), 5, DIMENSION));
    rmSync(directory, { recursive: true });
    expect((await rejectionOf(gallery.save())).code).toBe('INDEX_WRITE_FAILED');
    await gallery.close();
  });

  it('when writes and saves overlap, the file has what was there at its turn', async () => {
    const directory = folder();
    let gallery = await open(directory);
    const records = someRecords(createRandom('torn'), 1500, DIMENSION);
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < records.length; i += 100) {
      work.push(gallery.add(records.slice(i, i + 100)), gallery.save());
    }
    await Promise.all(work);
    await gallery.close();
    gallery = await open(directory);
    for (const { id, vector } of records.filter((_, i) => i % 25 === 0)) {
      expect((await gallery.search(vector, { k: 1 }))[0]?.id).toBe(id);
    }
    await gallery.close();
  });

  it('when a removed record comes back under its id, it is found by its new vector alone', async () => {
    const gallery = await open(folder());
    const random = createRandom('again');
    const records = someRecords(random, 1200, DIMENSION);
    await gallery.add(records);
    const [old] = records;
    const [fresh = new Float32Array(DIMENSION)] = randomUnits(random, 1, DIMENSION);
    await gallery.remove('r0');
    await gallery.add([recordOf('r0', fresh)]);
    expect(await gallery.search(fresh, { k: 1 })).toMatchObject([{ id: 'r0', distance: 0 }]);
    expect((await gallery.search(old?.vector ?? fresh, { k: 1 }))[0]?.distance).toBeGreaterThan(0);
    await gallery.close();
  });
});

describe('where hnswlib answers with garbage', () => {
  it('on a file of another dimension or model, opening is refused', async () => {
    const [wide, narrow] = [folder(), folder()];
    makeGallery(wide, 50, 32);
    makeGallery(narrow, 50, DIMENSION);
    expect((await rejectionOf(open(wide))).code).toBe('MODEL_MISMATCH');
    writeFileSync(join(narrow, 'graph.hnsw'), readFileSync(join(wide, 'graph.hnsw')));
    const error = await rejectionOf(open(narrow));
    expect(error.code).toBe('INDEX_DAMAGED');
    expect(error.message).toContain('dimension');
  });

  it('on a file of another gallery of the same model, opening is refused', async () => {
    const [one, two] = [folder(), folder()];
    makeGallery(one, 50, DIMENSION, 1);
    makeGallery(two, 50, DIMENSION, 2);
    writeFileSync(join(one, 'graph.hnsw'), readFileSync(join(two, 'graph.hnsw')));
    expect((await rejectionOf(open(one))).message).toContain('identity');
  });

  it('on 250 overwritten bytes, opening is refused', async () => {
    const directory = folder();
    makeGallery(directory, 50, DIMENSION);
    const file = readFileSync(join(directory, 'graph.hnsw'));
    writeFileSync(join(directory, 'graph.hnsw'), file.fill(7, file.length - 2000, file.length - 1750));
    expect((await rejectionOf(open(directory))).code).toBe('INDEX_DAMAGED');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('on a vector with %d, the call is refused', async (bad) => {
    const gallery = await open(folder());
    const vector = new Float32Array(DIMENSION).fill(bad, 3, 4);
    expect((await rejectionOf(gallery.search(vector, { k: 1 }))).code).toBe('VECTOR_INVALID');
    expect((await rejectionOf(gallery.add([recordOf('a', vector)]))).code).toBe('VECTOR_INVALID');
    await gallery.close();
  });

  it('on a graph that was loaded, which searches with ten candidates, the width is set again', async () => {
    const directory = folder();
    const draw = clusteredUnits(createRandom('width'), 48, 40);
    let gallery = await open(directory, 48);
    await gallery.add(draw(4000).map((vector, i) => recordOf(`r${i}`, vector)));
    await gallery.close();
    gallery = await open(directory, 48);
    let found = 0;
    for (const query of draw(50)) {
      const exact = await gallery.search(query, { k: 10, exact: true });
      const ids = new Set((await gallery.search(query, { k: 10 })).map(({ id }) => id));
      found += exact.filter(({ id }) => ids.has(id)).length;
    }
    expect(found / 500).toBeGreaterThanOrEqual(0.98);
    await gallery.close();
  });
});
