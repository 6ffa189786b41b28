import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { openGallery } from '../../index/index.ts';
import type { Gallery } from '../../index/types.ts';
import {
  imageOf,
  makeGallery,
  optionsOf,
  recordOf,
  rejectionOf,
  someRecords,
  temporaryFolders,
} from './support/galleries.ts';
import { axis, clusteredUnits } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 8;

function open(directory: string): Promise<Gallery> {
  return openGallery(optionsOf(directory, DIMENSION));
}

describe('a gallery', () => {
  it('keeps what it is given, across a restart', async () => {
    const directory = folder();
    let gallery = await open(directory);
    expect(await gallery.status()).toMatchObject({ model: 'compact-1', dimension: DIMENSION, count: 0, sequence: 0 });
    expect(await gallery.add([recordOf('a', axis(8, 0)), recordOf('b', axis(8, 1))])).toEqual(['a', 'b']);
    expect(await gallery.remove('a')).toBe(true);
    expect(await gallery.remove('a')).toBe(false);
    await gallery.close();
    gallery = await open(directory);
    expect(await gallery.status()).toMatchObject({ count: 1, sequence: 2, graph: 'opened' });
    expect(await gallery.get('a')).toBeUndefined();
    expect(await gallery.get('b')).toMatchObject({ id: 'b', label: 'label of b', metadata: { of: 'b' } });
    const image = await gallery.image('b');
    expect(image?.type).toBe('image/png');
    expect(Buffer.from(image?.bytes ?? []).equals(imageOf('b').bytes)).toBe(true);
    expect(await gallery.image('a')).toBeUndefined();
    const [hit] = await gallery.search(axis(8, 0), { k: 3 });
    expect(hit?.id).toBe('b');
    expect(hit?.vector).toEqual(axis(8, 1));
    await gallery.close();
  });

  it('does one thing at a time, in the order of the calls', async () => {
    const gallery = await open(folder());
    const [, before, removed, after] = await Promise.all([
      gallery.add([recordOf('a', axis(8, 0))]),
      gallery.get('a'),
      gallery.remove('a'),
      gallery.get('a'),
    ]);
    expect([before?.id, removed, after]).toEqual(['a', true, undefined]);
    await gallery.close();
  });

  it('finds each vector by itself first, at distance zero, among 3,000', async () => {
    const random = createRandom('self');
    const vectors = clusteredUnits(random, 32, 60)(3000);
    const gallery = await openGallery(optionsOf(folder(), 32));
    await gallery.add(vectors.map((vector, i) => recordOf(`r${i}`, vector)));
    for (let i = 0; i < 3000; i += 30) {
      const [hit] = await gallery.search(vectors[i] ?? new Float32Array(32), { k: 10 });
      expect(hit?.id).toBe(`r${i}`);
      expect(hit?.distance).toBeLessThan(1e-3);
    }
    await gallery.close();
  });

  it('agrees with its own exact search on at least 98 % of the ten nearest of 5,000', async () => {
    const draw = clusteredUnits(createRandom('recall'), 64, 100);
    const gallery = await openGallery(optionsOf(folder(), 64));
    await gallery.add(draw(5000).map((vector, i) => recordOf(`r${i}`, vector)));
    let found = 0;
    const queries = draw(100);
    for (const query of queries) {
      const exact = await gallery.search(query, { k: 10, exact: true });
      const ids = new Set((await gallery.search(query, { k: 10 })).map(({ id }) => id));
      found += exact.filter(({ id }) => ids.has(id)).length;
    }
    expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.98);
    await gallery.close();
  });

  it('leaves the calling thread free while 3,000 vectors are added', async () => {
    const gallery = await openGallery(optionsOf(folder(), 128));
    const adding = gallery.add(someRecords(createRandom('free'), 3000, 128));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await adding;
    clearInterval(timer);
    // Work on this thread would leave time for none or one.
    expect(ticks).toBeGreaterThan(5);
    await gallery.close();
  });
});

describe('a generation in the making', () => {
  it('keeps no search and no write waiting', async () => {
    const gallery = await openGallery(optionsOf(folder(), 32));
    await gallery.add(someRecords(createRandom('fold'), 2000, 32));
    let saved = false;
    const saving = gallery.save().then(() => {
      saved = true;
    });
    let answered = 0;
    for (; !saved; answered++) {
      await gallery.upsert([recordOf('during', axis(32, answered % 32))]);
      expect(await gallery.search(axis(32, answered % 32), { k: 1 })).toMatchObject([{ id: 'during', distance: 0 }]);
    }
    await saving;
    expect(answered).toBeGreaterThan(3);
    const status = await gallery.status();
    expect(status.count).toBe(2001);
    expect(status.fresh).toBeLessThanOrEqual(1);
    await gallery.close();
  });
});

describe('a gallery does not open', () => {
  it('twice at a time', async () => {
    const directory = folder();
    const gallery = await open(directory);
    expect((await rejectionOf(open(directory))).code).toBe('INDEX_LOCKED');
    await gallery.add([recordOf('a', axis(8, 0))]);
    await gallery.close();
    await (await open(directory)).close();
  });

  it('with a dimension that is none', async () => {
    for (const dimension of [0, -1, 1.5, Number.NaN]) {
      expect((await rejectionOf(openGallery(optionsOf(folder(), dimension)))).code).toBe('OPTION_INVALID');
    }
  });

  it('with a damaged graph, unless it may build it anew', async () => {
    const directory = folder();
    makeGallery(directory, 20, DIMENSION);
    writeFileSync(join(directory, 'graph.hnsw'), 'rubbish');
    expect((await rejectionOf(open(directory))).message).toContain('--rebuild-index');
    const gallery = await openGallery(optionsOf(directory, DIMENSION, { rebuild: true }));
    expect(await gallery.status()).toMatchObject({ count: 20, graph: 'built' });
    await gallery.close();
  });

  it('as an empty one when its records are gone', async () => {
    const directory = folder();
    makeGallery(directory, 20, DIMENSION);
    rmSync(join(directory, 'records.sqlite'));
    expect((await rejectionOf(open(directory))).code).toBe('INDEX_DAMAGED');
  });
});
