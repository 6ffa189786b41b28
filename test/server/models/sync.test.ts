import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { Gallery, NewRecord, RecordInfo } from '../../../index/types.ts';
import { walkRecords } from '../../../server/gallery/walk.ts';
import { syncGallery } from '../../../server/models/sync.ts';
import { memoryGallery } from '../support/gallery.ts';
import { fakeModel, testManifest } from '../support/model.ts';
import { png } from '../support/pictures.ts';

const never = new AbortController().signal;

describe('a gallery that takes over the records of another', () => {
  let from: Gallery;
  let to: Gallery;
  let embedded: number;
  let picture: Buffer;

  beforeEach(async () => {
    [from, to, embedded] = [memoryGallery('old-1'), memoryGallery('new-1'), 0];
    picture = await png('any');
  });

  const record = (id: string, more: Partial<NewRecord> = {}): NewRecord => ({
    ...{ id, vector: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), image: { type: 'image/png', bytes: picture } },
    ...more,
  });
  const sync = (of: Gallery = from, into: Gallery = to, onProgress = (_done: number, _total: number): void => {}) => {
    const model = fakeModel();
    const embed: typeof model.embed = (pixels, options) => {
      embedded += pixels.length;
      return model.embed(pixels, options);
    };
    const services = { gallery: into, model: { ...model, embed }, manifest: testManifest() };
    return syncGallery(of, services, onProgress, never);
  };
  const recordsOf = async (gallery: Gallery): Promise<RecordInfo[]> => {
    const records: RecordInfo[] = [];
    for await (const one of walkRecords(gallery)) records.push(one);
    return records;
  };

  it('has the same records afterwards, with their times', async () => {
    await from.add([record('b', { label: 'l', metadata: { a: 1 } }), record('a')]);
    await to.add([record('gone')]);
    expect(await sync()).toBe(3);
    expect(await recordsOf(to)).toEqual(await recordsOf(from));
    expect(await to.image('b')).toMatchObject({ type: 'image/png', look: expect.stringMatching(/^[0-9a-f]{16}$/) });
  });

  it('embeds nothing that it has, there or back', async () => {
    await from.add([record('a'), record('b')]);
    await sync();
    await from.remove('a');
    await to.add([record('c')]);
    embedded = 0;
    expect(await sync(to, from)).toBe(2);
    expect(embedded).toBe(2);
    embedded = 0;
    expect([await sync(to, from), await sync(from, to), embedded]).toEqual([0, 0, 0]);
  });

  it('embeds a record anew that was replaced, even by another as old', async () => {
    await from.add([record('a'), record('b')]);
    await sync();
    embedded = 0;
    await from.upsert([record('a', { label: 'another', createdAt: '1970-01-01T00:00:00.000Z' })]);
    await sync();
    expect(embedded).toBe(1);
    expect(await to.get('a')).toMatchObject({ label: 'another' });
  });

  it('leaves out a record whose picture goes away under its eyes', async () => {
    await from.add([record('a'), record('b')]);
    const image: Gallery['image'] = async (id) => (id === 'a' ? undefined : from.image(id));
    expect(await sync({ ...from, image })).toBe(1);
    expect((await recordsOf(to)).map(({ id }) => id)).toEqual(['b']);
  });

  it('says how far it is, which is as far as it has walked', async () => {
    await from.add(Array.from({ length: 150 }, (_, i) => record(`r${i}`)));
    await sync();
    for (const id of ['r0', 'r149', 'r99']) await to.remove(id);
    const told: [number, number][] = [];
    await sync(from, to, (done, total) => told.push([done, total]));
    expect(told).toEqual([[150, 150]]);
    for (let i = 0; i < 100; i++) await to.remove(`r${i}`);
    told.splice(0);
    await sync(from, to, (done, total) => told.push([done, total]));
    expect(told.map(([, total]) => total)).toEqual([150, 150]);
    expect(told[0]?.[0]).toBeLessThan(150);
    expect(told[1]?.[0]).toBe(150);
  });

  it('says so too of pages in which there is nothing to do', async () => {
    const image = { type: 'image/png', bytes: picture, look: '0123456789abcdef' };
    const same = Array.from({ length: 2001 }, (_, i) =>
      record(`r${i}`, { image, createdAt: '2026-01-01T00:00:00.000Z' }),
    );
    await from.add(same);
    await to.add(same);
    const told: [number, number][] = [];
    await sync(from, to, (done, total) => told.push([done, total]));
    expect(told).toEqual([
      [1000, 2001],
      [2000, 2001],
    ]);
    expect(embedded).toBe(0);
  });

  it('looks at nothing but the records that it is told of', async () => {
    await from.add(['a', 'b', 'c', 'd'].map((id) => record(id)));
    await sync();
    await from.remove('a');
    await from.upsert([record('b', { label: 'another', createdAt: '1970-01-01T00:00:00.000Z' })]);
    await from.add([record('e'), record('f')]);
    const unwalked = (gallery: Gallery): Gallery => ({ ...gallery, list: () => Promise.reject(new Error('walked')) });
    [from, to] = [unwalked(from), unwalked(to)];
    const services = { gallery: to, model: fakeModel(), manifest: testManifest() };
    const told: [number, number][] = [];
    const ids = new Set(['a', 'b', 'c', 'e', 'nowhere']);
    expect(await syncGallery(from, services, (...progress) => told.push(progress), never, ids)).toBe(4);
    expect([await to.get('a'), await to.get('f')]).toEqual([undefined, undefined]);
    expect(await to.get('b')).toMatchObject({ label: 'another', createdAt: '1970-01-01T00:00:00.000Z' });
    expect((await to.get('e'))?.createdAt).toBe((await from.get('e'))?.createdAt);
    expect(told.at(-1)?.[1]).toBe(5);
  });

  it('ends with its signal', async () => {
    await from.add([record('a')]);
    const services = { gallery: to, model: fakeModel(), manifest: testManifest() };
    const stopped = AbortSignal.abort(new Error('stop'));
    await expect(syncGallery(from, services, () => {}, stopped)).rejects.toThrow('stop');
    expect(await to.count()).toBe(0);
  });

  it.each([1, 2])(
    'agrees with it whatever is in both (seed %d)',
    async (seed) => {
      const random = createRandom(seed);
      // More than a page of either.
      const ids = Array.from({ length: 1600 }, (_, i) => `${'aZ:_.-9'[i % 7]}${i}`);
      const chosen = () => ids.filter(() => random.uniform() < 0.7);
      const image = { type: 'image/png', bytes: picture, look: '0123456789abcdef' };
      const some = () =>
        chosen().map((id) => record(id, { image, createdAt: `2026-01-01T00:00:00.00${random.integer(2)}Z` }));
      await from.add(some());
      await to.add(some());
      const before = new Map((await recordsOf(to)).map(({ id, createdAt }) => [id, createdAt]));
      const wanted = await recordsOf(from);
      await sync();
      expect(await recordsOf(to)).toEqual(wanted);
      expect(embedded).toBe(wanted.filter(({ id, createdAt }) => before.get(id) !== createdAt).length);
    },
    300_000,
  );
});
