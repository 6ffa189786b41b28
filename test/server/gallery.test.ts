import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Gallery, StoredImage } from '../../index/types.ts';
import { embeddedGalleries } from '../../server/gallery/embedded.ts';
import { latestOther, markLast, readFilled, servedSince, writeFilled } from '../../server/gallery/filled.ts';
import type { Source } from '../../server/gallery/ingest.ts';
import { type FillReport, openVersionGallery } from '../../server/gallery/open.ts';
import { runSnapshot } from '../../server/snapshots/command.ts';
import { fakeModel, testManifest } from './support/model.ts';
import { png } from './support/pictures.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'holdfast-gallery-'));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

const picture = async (of: number): Promise<StoredImage> => ({ type: 'image/png', bytes: await png(of) });

const sources = (count: number, prefix = 'demo'): Source[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${prefix}:${i}`,
    label: `drawing ${i}`,
    metadata: { number: i },
    image: () => picture(i),
  }));

interface Options {
  readonly version?: string;
  /** null: the drawings are not installed. */
  readonly first?: readonly Source[] | null;
  readonly embedded?: (count: number) => void;
  readonly signal?: AbortSignal;
  readonly rebuild?: boolean;
  readonly progress?: FillReport['progress'];
}

/** Opens a version's gallery and collects what was said. */
async function open(options: Options = {}) {
  const { version = 'test-1', first = sources(5), embedded, signal, rebuild = false, progress = () => {} } = options;
  const notes: string[] = [];
  const model = fakeModel();
  const counting = fakeModel({
    embed: (pixels, options) => {
      embedded?.(pixels.length);
      return model.embed(pixels, options);
    },
  });
  const gallery = await openVersionGallery({
    galleries: embeddedGalleries(data),
    data,
    manifest: testManifest(version),
    model: counting,
    rebuild,
    report: { progress, note: (text) => notes.push(text) },
    signal: signal ?? new AbortController().signal,
    firstSources: async () => (first === null ? undefined : [...first]),
  });
  return { gallery, notes };
}

async function idsOf(gallery: Gallery): Promise<string[]> {
  return (await gallery.sample(1000)).map(({ id }) => id).sort();
}

describe('the gallery of a model version', () => {
  it('is filled with the demonstration at its first start, and only opened at the next', async () => {
    const { gallery, notes } = await open({ first: sources(130) });
    expect((await gallery.status()).count).toBe(130);
    expect(await gallery.get('demo:7')).toMatchObject({ label: 'drawing 7', metadata: { number: 7 } });
    expect(notes.join()).toContain('130 records');
    await gallery.close();

    let embeddings = 0;
    const again = await open({ first: sources(140), embedded: (count) => (embeddings += count) });
    expect((await again.gallery.status()).count).toBe(130);
    expect([embeddings, again.notes]).toEqual([0, []]);
    await again.gallery.close();
  });

  it('goes on where a fill was stopped', async () => {
    const controller = new AbortController();
    const stopped = open({
      first: sources(200),
      embedded: () => controller.abort(new Error('stop')),
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow('stop');
    let embeddings = 0;
    const { gallery } = await open({ first: sources(200), embedded: (count) => (embeddings += count) });
    expect((await gallery.status()).count).toBe(200);
    expect(embeddings).toBe(200 - 64);
    await gallery.close();
  });

  it('stays empty without the drawings, says so, and is never mixed with them later', async () => {
    const { gallery, notes } = await open({ first: null });
    expect((await gallery.status()).count).toBe(0);
    expect(notes.join()).toContain('POST /images');
    await gallery.add([{ id: 'own:0', vector: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), image: await picture(0) }]);
    await gallery.close();
    for (const version of ['test-1', 'test-2']) {
      const later = await open({ version, first: sources(3) });
      expect(await idsOf(later.gallery)).toEqual(['own:0']);
      await later.gallery.close();
    }
  });

  it('of another version is filled with the records of the last, its pictures embedded anew', async () => {
    const { gallery } = await open();
    await gallery.add([{ id: 'own:0', vector: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), image: await picture(0) }]);
    await gallery.remove('demo:3');
    const before = await idsOf(gallery);
    const own = await gallery.get('own:0');
    await gallery.close();

    let embeddings = 0;
    const next = await open({ version: 'test-2', first: sources(9), embedded: (count) => (embeddings += count) });
    expect(await idsOf(next.gallery)).toEqual(before);
    expect(await next.gallery.get('own:0')).toEqual(own);
    expect(embeddings).toBe(5);
    expect(next.notes.join()).toMatch(/5 records of the gallery of test-1 were embedded by test-2/);
    await next.gallery.close();

    const back = await open();
    expect(await idsOf(back.gallery)).toEqual(before);
    await back.gallery.close();
  });
});

describe('the gallery of a version that was served before another', () => {
  const add = (gallery: Gallery, id: string, image: StoredImage) =>
    gallery.add([{ id, vector: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), image }]);
  /** Both versions have the five drawings; the second, which was served last, has another record and lost one. */
  const diverged = async () => {
    await (await open()).gallery.close();
    const { gallery } = await open({ version: 'test-2' });
    await add(gallery, 'since', await picture(7));
    await gallery.remove('demo:3');
    const records = (await gallery.list({ limit: 100 })).records;
    await gallery.close();
    return records;
  };

  it('catches up with it before it is served, and embeds only what is new', async () => {
    const records = await diverged();
    const told: string[] = [];
    let embeddings = 0;
    const { gallery, notes } = await open({
      embedded: (count) => (embeddings += count),
      progress: (what, done, total) => told.push(`${what}: ${done} of ${total}`),
    });
    expect((await gallery.list({ limit: 100 })).records).toEqual(records);
    expect(embeddings).toBe(1);
    expect(notes).toEqual([
      'the gallery of test-1 took over 2 records written or removed under test-2, which was served since',
    ]);
    expect(told).toContain('embedding the records of test-2: 5 of 5');
    // It is the last one now, and the other has nothing to take over.
    await gallery.remove('demo:0');
    await gallery.close();
    const { gallery: again, notes: nothing } = await open();
    expect([await again.count(), nothing]).toEqual([4, []]);
    await again.close();
    const { gallery: other } = await open({ version: 'test-2' });
    expect(await idsOf(other)).toEqual(['demo:1', 'demo:2', 'demo:4', 'since']);
    await other.close();
  });

  it('goes on catching up after a stop, and is the last one no sooner', async () => {
    const records = await diverged();
    const stop = new Error('stop');
    await expect(open({ signal: AbortSignal.abort(stop) })).rejects.toThrow('stop');
    const { gallery: other } = await open({ version: 'test-2' });
    expect((await other.list({ limit: 100 })).records).toEqual(records);
    await other.close();
    const { gallery } = await open();
    expect((await gallery.list({ limit: 100 })).records).toEqual(records);
    await gallery.close();
  });

  it('waits for a server that serves the other', async () => {
    await diverged();
    const { gallery } = await open({ version: 'test-2' });
    await expect(open()).rejects.toMatchObject({ code: 'INDEX_LOCKED', message: expect.stringContaining('test-2') });
    await gallery.close();
  });

  it('is served without what it lacks where the other is damaged, and says so', async () => {
    await diverged();
    writeFileSync(join(data, 'gallery', 'test-2', 'records.sqlite'), 'torn');
    const { gallery, notes } = await open();
    expect(await gallery.count()).toBe(5);
    expect(notes.join()).toMatch(/test-1 lacks what was written or removed under test-2.*records\.sqlite/);
    await gallery.close();
  });

  it('has what a snapshot brought back, and not what the other had meanwhile', async () => {
    await (await open()).gallery.close();
    const said: string[] = [];
    const snapshot = (...args: string[]) => runSnapshot(args, { HOLDFAST_DATA: data }, (text) => said.push(text));
    snapshot('create', '--model', 'test-1');
    await diverged();
    snapshot('restore', String(said[0]?.split(':')[0]));
    const { gallery } = await open();
    expect(await idsOf(gallery)).toEqual(['demo:0', 'demo:1', 'demo:2', 'demo:3', 'demo:4']);
    await gallery.close();
  });
});

describe('a gallery whose graph is damaged', () => {
  it('is refused by name, and built anew from its records when asked to', async () => {
    const { gallery } = await open({ first: sources(8) });
    await gallery.close();
    writeFileSync(join(data, 'gallery', 'test-1', 'graph.hnsw'), 'torn');
    await expect(open()).rejects.toMatchObject({
      code: 'INDEX_DAMAGED',
      message: expect.stringContaining('--rebuild-index'),
    });
    const { gallery: built } = await open({ rebuild: true });
    expect(await built.status()).toMatchObject({ count: 8, graph: 'built' });
    await built.close();
    const { gallery: again } = await open();
    expect(await again.status()).toMatchObject({ count: 8, graph: 'opened' });
    await again.close();
  });
});

describe('the marker of a filled gallery', () => {
  it('says what it takes to open the gallery', () => {
    writeFilled(join(data, 'a'), { model: 'a', dimension: 8, source: 'demonstration' });
    expect(readFilled(join(data, 'a'))).toMatchObject({ model: 'a', dimension: 8, source: 'demonstration' });
    expect(readFilled(join(data, 'b'))).toBeUndefined();
  });

  it('that cannot be read counts as none', () => {
    writeFilled(join(data, 'a'), { model: 'a', dimension: 8, source: 'x' });
    for (const text of ['', '{', '{}', '[]', '{"model":"a","dimension":-1,"source":"x","at":"y"}']) {
      writeFileSync(join(data, 'a', 'filled.json'), text);
      expect(readFilled(join(data, 'a'))).toBeUndefined();
    }
  });

  it('tells which other gallery was filled last', async () => {
    expect(latestOther(join(data, 'none'), 'a')).toBeUndefined();
    for (const model of ['b', 'c', 'a']) {
      writeFilled(join(data, model), { model, dimension: 8, source: 'x' });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(latestOther(data, 'a')).toMatchObject({ model: 'c', directory: join(data, 'c') });
    expect(latestOther(data, 'c')).toMatchObject({ model: 'a' });
  });

  it('tells which was served since, also when the clock was set back', () => {
    const filled = { model: 'b', dimension: 8, source: 'x' };
    writeFilled(join(data, 'b'), filled, new Date('2999-01-01'));
    expect(servedSince(data, 'a')).toBeUndefined();
    markLast(data, 'a', { ...filled, model: 'a' });
    expect(servedSince(data, 'a')).toBeUndefined();
    expect(servedSince(data, 'b')).toMatchObject({ model: 'a' });
    markLast(data, 'b', filled);
    expect(servedSince(data, 'a')).toMatchObject({ model: 'b' });
    expect(servedSince(data, 'b')).toBeUndefined();
  });
});
