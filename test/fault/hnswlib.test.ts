import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { openGallery } from '../../index/index.ts';
import { LocalGallery } from '../../index/local.ts';
import type { Gallery, GalleryOptions, NewRecord } from '../../index/types.ts';
import { forgeGallery } from '../index/support/forge.ts';
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
} from '../index/support/galleries.ts';
import { axis, clusteredUnits, randomUnits } from '../index/support/vectors.ts';
import { scriptArguments } from '../support/bundles/bundled.ts';

/*
 * Each way in which hnswlib-node 3.0.0 ends the process, loses data without a word or answers with garbage, by name, and
 * what the gallery does instead: an error of the catalogue, and all records still found.
 */

const folder = temporaryFolders();
const DIMENSION = 16;
/** Beyond what is scanned, so that searches walk the graph. */
const COUNT = 1500;
const FULL_DISK = fileURLToPath(new URL('./support/full-disk.ts', import.meta.url));
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

function open(directory: string, dimension = DIMENSION): Promise<Gallery> {
  return openGallery(optionsOf(directory, dimension));
}

/** A folder with a gallery whose graph has all of its records. */
function made(): { directory: string; records: readonly NewRecord[]; graph: string } {
  const directory = folder();
  const records = makeGallery(directory, COUNT, DIMENSION);
  return { directory, records, graph: join(directory, 'graph.hnsw') };
}

/** The same gallery on the calling thread, for what has to do with files alone. */
function openHere(directory: string, options: Partial<GalleryOptions> = {}): LocalGallery {
  return new LocalGallery(optionsOf(directory, DIMENSION, options), foldHere);
}

/** Every fiftieth record is found by its vector, on the graph, and there are no others. Closes the gallery. */
async function expectIntact(gallery: Gallery | LocalGallery, records: readonly NewRecord[]): Promise<void> {
  expect(await gallery.status()).toMatchObject({ count: records.length, fault: undefined });
  for (const { id, vector } of records.filter((_, i) => i % 50 === 0)) {
    expect(await gallery.search(vector, { k: 1 })).toMatchObject([{ id, distance: 0 }]);
  }
  await gallery.close();
}

/** A vector, or a filter, as a caller without types might send it. */
function untyped<T>(value: unknown): T {
  return value as T;
}

describe('where hnswlib ends the process', () => {
  it('a vector with texts, holes or objects: the call is refused', async () => {
    const { directory, records } = made();
    const gallery = await open(directory);
    const rubbish = [
      Array.from({ length: DIMENSION }, String),
      new Array<number>(DIMENSION),
      Array.from({ length: DIMENSION }, () => ({})),
      undefined,
    ];
    for (const values of rubbish) {
      const vector = untyped<Float32Array>(values);
      expect((await rejectionOf(gallery.search(vector, { k: 1 }))).code).toBe('VECTOR_INVALID');
      expect((await rejectionOf(gallery.add([recordOf('a', vector)]))).code).toBe('VECTOR_INVALID');
      const [outcome] = await gallery.upsert([recordOf('a', vector)]);
      expect(outcome).toMatchObject({ status: 'refused', error: { code: 'VECTOR_INVALID' } });
    }
    await expectIntact(gallery, records);
  });

  it('a filter that throws: it is no function, and is refused before it gets near the graph', async () => {
    const { directory, records } = made();
    const gallery = await open(directory);
    const filters = [() => true, { field: 'of', eq: { deep: 1 } }, { not: 7 }];
    for (const filter of filters) {
      const search = gallery.search(axis(DIMENSION, 0), { k: 1, filter: untyped(filter) });
      expect((await rejectionOf(search)).code).toBe('REQUEST_INVALID');
    }
    await expectIntact(gallery, records);
  });

  it('a search after reading a file that is not there: the graph is built', async () => {
    const { directory, records, graph } = made();
    rmSync(graph);
    const gallery = openHere(directory);
    await gallery.save();
    expect(gallery.status()).toMatchObject({ graph: 'built', fresh: 0 });
    await expectIntact(gallery, records);
  });

  it('a search while a file is read: the next generation is read beside the one that is searched', async () => {
    const { directory, records } = made();
    const gallery = await open(directory);
    const more = someRecords(createRandom('more'), 200, DIMENSION, 'more');
    let searches = 0;
    for (let i = 0; i < 200; i += 50) {
      await gallery.add(more.slice(i, i + 50));
      let saved = false;
      const saving = gallery.save().then(() => {
        saved = true;
      });
      while (!saved) {
        const { id, vector } = records[searches % COUNT] as NewRecord;
        expect(await gallery.search(vector, { k: 1 })).toMatchObject([{ id, distance: 0 }]);
        searches++;
      }
      await saving;
    }
    expect(searches).toBeGreaterThan(0);
    expect(await gallery.status()).toMatchObject({ fresh: 0 });
    await expectIntact(gallery, [...records, ...more]);
  });

  it('a thread that is ended during a search: it is asked, and finishes first', async () => {
    const { directory, records } = made();
    const gallery = await open(directory);
    const searches = randomUnits(createRandom('end'), 200, DIMENSION).map((query) => gallery.search(query, { k: 20 }));
    const closed = gallery.close();
    for (const hits of await Promise.all(searches)) expect(hits).toHaveLength(20);
    await closed;
    await expectIntact(openHere(directory), records);
  });
});

describe('where hnswlib loses data without a word', () => {
  it('writing into a folder that is gone: saving is refused, and what is in memory goes on', async () => {
    const { directory, records } = made();
    const gallery = openHere(directory);
    const more = recordOf('more', axis(DIMENSION, 0));
    addLocally(gallery, DIMENSION, [more]);
    rmSync(directory, { recursive: true });
    // First the present generation is missed, from which the next was to go on; then there is no place for one built anew.
    expect((await rejectionOf(gallery.save())).code).toBe('INDEX_DAMAGED');
    expect((await rejectionOf(gallery.save())).code).toBe('INDEX_WRITE_FAILED');
    expect(gallery.status()).toMatchObject({ fresh: 1, fault: { code: 'INDEX_WRITE_FAILED' } });
    expect(gallery.sample(COUNT + 1)).toHaveLength(records.length + 1);
    await gallery.close();
  });

  it.runIf(canLimit)(
    'writing to a full disk: saving is refused, and all is found before and after a start',
    async () => {
      const directory = folder();
      const { stdout, stderr } = spawnSync(process.execPath, [...scriptArguments(FULL_DISK), directory], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ save: 'INDEX_WRITE_FAILED', found: 'unsaved', later: 'done' });
      expect(existsSync(join(directory, 'graph.hnsw'))).toBe(true);
      const gallery = await openGallery(optionsOf(directory, 24));
      expect(await gallery.status()).toMatchObject({ count: 302, graph: 'opened' });
      expect(readdirSync(directory).filter((name) => name.endsWith('.part'))).toEqual([]);
      await gallery.close();
    },
  );

  it('inserting while a file is written: the file has what was there when the fold began', async () => {
    const directory = folder();
    const gallery = await open(directory);
    const records = someRecords(createRandom('torn'), COUNT, DIMENSION);
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < records.length; i += 100) {
      work.push(gallery.add(records.slice(i, i + 100)), gallery.save());
    }
    await Promise.all(work);
    await gallery.close();
    await expectIntact(openHere(directory), records);
  });

  it('a removed label that comes back: it is found by its new vector alone', async () => {
    const { directory, records } = made();
    const gallery = openHere(directory);
    const [old, ...others] = records as [NewRecord, ...NewRecord[]];
    const fresh = recordOf('r0', axis(DIMENSION, 0));
    gallery.remove('r0');
    addLocally(gallery, DIMENSION, [fresh]);
    expect(gallery.search(old.vector, { k: 1 })[0]?.distance).toBeGreaterThan(0);
    await gallery.save();
    expect(gallery.search(old.vector, { k: 1 })[0]?.distance).toBeGreaterThan(0);
    await expectIntact(gallery, [fresh, ...others]);
  });

  it('labels beyond 32 bits, which wrap around: none is given out', async () => {
    const { directory, records } = made();
    forgeGallery(join(directory, 'records.sqlite'), { lastLabel: 2 ** 32 - 2 });
    const gallery = openHere(directory);
    const last = recordOf('last', axis(DIMENSION, 1));
    addLocally(gallery, DIMENSION, [last]);
    const refused = errorOf(() => addLocally(gallery, DIMENSION, [recordOf('one-more', axis(DIMENSION, 2))]));
    expect([refused.code, refused.message]).toEqual(['INDEX_WRITE_FAILED', expect.stringContaining('labels')]);
    await gallery.save();
    await expectIntact(gallery, [...records, last]);
  });
});

describe('where hnswlib answers with garbage', () => {
  it('a file of another dimension or model: opening is refused', async () => {
    const wide = folder();
    makeGallery(wide, 50, 2 * DIMENSION);
    expect(codeOf(() => openHere(wide))).toBe('MODEL_MISMATCH');
    const { directory, records, graph } = made();
    const own = readFileSync(graph);
    writeFileSync(graph, readFileSync(join(wide, 'graph.hnsw')));
    const error = errorOf(() => openHere(directory));
    expect([error.code, error.message]).toEqual(['INDEX_DAMAGED', expect.stringContaining('dimension')]);
    writeFileSync(graph, own);
    await expectIntact(openHere(directory), records);
  });

  it('a file of another gallery of the same model: opening is refused', async () => {
    const other = folder();
    makeGallery(other, COUNT, DIMENSION, 2);
    const { directory, records, graph } = made();
    writeFileSync(graph, readFileSync(join(other, 'graph.hnsw')));
    const error = errorOf(() => openHere(directory));
    expect([error.code, error.message]).toEqual(['INDEX_DAMAGED', expect.stringContaining('identity')]);
    await expectIntact(openHere(directory, { rebuild: true }), records);
  });

  it('bit rot, 250 bytes of the file: opening is refused, and the records build it anew', async () => {
    const { directory, records, graph } = made();
    const file = readFileSync(graph);
    writeFileSync(graph, file.fill(7, file.length - 2000, file.length - 1750));
    const error = errorOf(() => openHere(directory));
    expect([error.code, error.message]).toEqual(['INDEX_DAMAGED', expect.stringContaining('--rebuild-index')]);
    await expectIntact(openHere(directory, { rebuild: true }), records);
  });

  it('a vector with NaN or infinity: the call is refused', async () => {
    const { directory, records } = made();
    const gallery = await open(directory);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const vector = new Float32Array(DIMENSION).fill(bad, 3, 4);
      expect((await rejectionOf(gallery.search(vector, { k: 1 }))).code).toBe('VECTOR_INVALID');
      expect((await rejectionOf(gallery.add([recordOf('a', vector)]))).code).toBe('VECTOR_INVALID');
    }
    await expectIntact(gallery, records);
  });

  it('a file that was read, after which ten candidates are kept: the width is set at each search', async () => {
    const directory = folder();
    const options = optionsOf(directory, 48);
    const draw = clusteredUnits(createRandom('width'), 48, 40);
    const first = new LocalGallery(options, foldHere);
    addLocally(
      first,
      48,
      draw(4000).map((vector, i) => recordOf(`r${i}`, vector)),
    );
    await first.save();
    await first.close();
    const gallery = new LocalGallery(options, foldHere);
    expect(gallery.status()).toMatchObject({ graph: 'opened', fresh: 0 });
    let found = 0;
    for (const query of draw(50)) {
      const exact = gallery.search(query, { k: 10, exact: true });
      const ids = new Set(gallery.search(query, { k: 10 }).map(({ id }) => id));
      found += exact.filter(({ id }) => ids.has(id)).length;
    }
    expect(found / 500).toBeGreaterThanOrEqual(0.98);
    await gallery.close();
  });
});
