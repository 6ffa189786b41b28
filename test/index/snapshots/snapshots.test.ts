import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { LocalGallery } from '../../../index/local.ts';
import { createSnapshot, listSnapshots, restoreSnapshot } from '../../../index/snapshots/index.ts';
import {
  addLocally,
  codeOf,
  errorOf,
  foldHere,
  imageOf,
  makeGallery,
  optionsOf,
  recordOf,
  someRecords,
  temporaryFolders,
} from '../support/galleries.ts';
import { axis, randomUnits } from '../support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 12;
const open = (directory: string): LocalGallery => new LocalGallery(optionsOf(directory, DIMENSION), foldHere);
const answersOf = (gallery: LocalGallery) =>
  randomUnits(createRandom('queries'), 10, DIMENSION).map((query) =>
    gallery.search(query, { k: 10 }).map(({ id, distance }) => [id, distance]),
  );

/** A gallery with a marker beside it, and where its snapshots go. */
function made(count = 30): { gallery: string; snapshots: string } {
  const root = folder();
  const gallery = join(root, 'gallery');
  mkdirSync(gallery);
  makeGallery(gallery, count, DIMENSION);
  writeFileSync(join(gallery, 'marker.json'), '{"filled":true}');
  return { gallery, snapshots: join(root, 'snapshots') };
}

describe('a snapshot', () => {
  it('has what there was when it was made, though writes go on, and answers alike somewhere else', async () => {
    const { gallery, snapshots } = made();
    const live = open(gallery);
    addLocally(live, DIMENSION, [recordOf('in the log', axis(DIMENSION, 0), { id: 'in-the-log' })]);
    const before = answersOf(live);
    const { name, count, sequence } = createSnapshot({ gallery, snapshots, companions: ['marker.json', 'not there'] });
    expect([count, sequence]).toEqual([31, 2]);
    addLocally(live, DIMENSION, someRecords(createRandom('later'), 5, DIMENSION, 'later'));
    live.remove('r3');
    await live.close();

    const elsewhere = join(folder(), 'deep', 'gallery');
    restoreSnapshot(join(snapshots, name), elsewhere);
    expect(readFileSync(join(elsewhere, 'marker.json'), 'utf8')).toBe('{"filled":true}');
    const restored = open(elsewhere);
    expect(restored.status()).toMatchObject({ count: 31, sequence: 2 });
    expect(answersOf(restored)).toEqual(before);
    expect(Buffer.from(restored.image('r3')?.bytes ?? []).equals(imageOf('r3').bytes)).toBe(true);
    await restored.close();
  });

  it('brings a gallery back, log and graph included', async () => {
    const { gallery, snapshots } = made();
    const { name } = createSnapshot({ gallery, snapshots });
    const changed = open(gallery);
    for (let i = 0; i < 20; i++) changed.remove(`r${i}`);
    await changed.save();
    // As a kill leaves it: the log of the old records is not theirs that come back.
    const log = readFileSync(join(gallery, 'records.sqlite-wal'));
    await changed.close();
    writeFileSync(join(gallery, 'records.sqlite-wal'), log);
    restoreSnapshot(join(snapshots, name), gallery);
    const again = open(gallery);
    expect(again.status()).toMatchObject({ count: 30, sequence: 1 });
    expect(again.get('r0')?.id).toBe('r0');
    await again.close();
  });

  it('takes the place of records that cannot be opened', async () => {
    const { gallery, snapshots } = made();
    const { name } = createSnapshot({ gallery, snapshots });
    writeFileSync(join(gallery, 'records.sqlite'), 'rubbish');
    expect(codeOf(() => open(gallery))).toBe('INDEX_DAMAGED');
    restoreSnapshot(join(snapshots, name), gallery);
    const again = open(gallery);
    expect(again.status().count).toBe(30);
    await again.close();
  });

  it('is not put in the place of a gallery that is open', async () => {
    const { gallery, snapshots } = made();
    const { name } = createSnapshot({ gallery, snapshots });
    const live = open(gallery);
    expect(codeOf(() => restoreSnapshot(join(snapshots, name), gallery))).toBe('INDEX_LOCKED');
    expect(live.get('r1')?.id).toBe('r1');
    await live.close();
    expect(readdirSync(gallery).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('that is damaged or not whole is refused by its file, and changes nothing', async () => {
    const { gallery, snapshots } = made();
    const { name } = createSnapshot({ gallery, snapshots, companions: ['marker.json'] });
    const records = join(snapshots, name, 'records.sqlite');
    const whole = readFileSync(records);
    const live = open(gallery);
    live.remove('r0');
    await live.close();
    const random = createRandom('snapshot damage');
    const refusals: [string, () => void][] = [
      ['not as it was written', () => appendFileSync(records, 'x')],
      ['not as it was written', () => writeFileSync(records, whole.subarray(0, random.integer(whole.length)))],
      ['is gone', () => rmSync(join(snapshots, name, 'marker.json'))],
      ['manifest', () => writeFileSync(join(snapshots, name, 'snapshot.json'), '{')],
    ];
    for (const [word, damage] of refusals) {
      damage();
      const error = errorOf(() => restoreSnapshot(join(snapshots, name), gallery));
      expect([error.code, error.message]).toEqual(['SNAPSHOT_UNUSABLE', expect.stringContaining(word)]);
      writeFileSync(records, whole);
    }
    const again = open(gallery);
    expect(again.status()).toMatchObject({ count: 29, graph: 'opened' });
    await again.close();
  });

  it('of no gallery, or of a damaged one, is not made', () => {
    const { gallery, snapshots } = made();
    expect(codeOf(() => createSnapshot({ gallery: join(gallery, 'none'), snapshots }))).toBe('DATA_MISSING');
    writeFileSync(join(gallery, 'records.sqlite'), 'rubbish');
    expect(codeOf(() => createSnapshot({ gallery, snapshots }))).toBe('INDEX_DAMAGED');
    writeFileSync(join(snapshots, 'in-the-way'), '');
    expect(codeOf(() => createSnapshot({ gallery, snapshots: join(snapshots, 'in-the-way') }))).toBe(
      'INDEX_WRITE_FAILED',
    );
    expect(readdirSync(snapshots).sort()).toEqual(['in-the-way', 'lock']);
  });
});

describe('the manifest of a snapshot', () => {
  it.each([
    ['files outside of the folder', { '../marker.json': 'x', 'records.sqlite': 'x' }],
    ['no records', { 'marker.json': 'x' }],
  ])('with %s is refused', (_, files) => {
    const { gallery, snapshots } = made(3);
    const snapshot = createSnapshot({ gallery, snapshots });
    const path = join(snapshots, snapshot.name);
    writeFileSync(join(path, 'snapshot.json'), JSON.stringify({ ...snapshot, files }));
    expect(codeOf(() => restoreSnapshot(path, gallery))).toBe('SNAPSHOT_UNUSABLE');
    expect(listSnapshots(snapshots)).toEqual([]);
  });
});

describe('the list of snapshots', () => {
  it('has them oldest first, without what is none', () => {
    const { gallery, snapshots } = made();
    expect(listSnapshots(snapshots)).toEqual([]);
    const names = [1, 2].map(() => createSnapshot({ gallery, snapshots }).name);
    mkdirSync(join(snapshots, '20990101000000000.part'));
    mkdirSync(join(snapshots, 'something else'));
    expect(listSnapshots(snapshots).map(({ name }) => name)).toEqual(names);
    expect(existsSync(join(snapshots, String(names[0]), 'graph.hnsw'))).toBe(false);
  });
});
