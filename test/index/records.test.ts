import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { packRecords } from '../../index/packing.ts';
import { RecordStore } from '../../index/records.ts';
import type { RecordInfo } from '../../index/types.ts';
import { forgeGallery } from './support/forge.ts';
import { codeOf, errorOf, imageOf, MODEL, recordOf, someRecords, temporaryFolders } from './support/galleries.ts';
import { axis } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 6;

function open(directory: string, model = MODEL, dimension = DIMENSION): RecordStore {
  return new RecordStore(join(directory, 'records.sqlite'), model, dimension);
}

function insert(store: RecordStore, ...ids: string[]): number[] {
  const records = ids.map((id, i) => recordOf(id, axis(DIMENSION, i % DIMENSION)));
  return store.insert(packRecords(records, DIMENSION)).map(({ label }) => label);
}

/** Of records that `insert` stored in a gallery of their own. */
function select(store: RecordStore, ...labels: number[]): RecordInfo[] {
  return store.select(labels, (place) => axis(DIMENSION, (Number(labels[place]) - 1) % DIMENSION));
}

function vectorsOf(store: RecordStore): [number, number[]][] {
  const found: [number, number[]][] = [];
  store.forEachVector((label, vector) => found.push([label, [...vector]]));
  return found;
}

describe('the store of records', () => {
  it('gives back after reopening what was put in', () => {
    const directory = folder();
    let store = open(directory);
    expect(insert(store, 'a', 'b')).toEqual([1, 2]);
    store.close();
    store = open(directory);
    expect(store.count).toBe(2);
    expect(store.sequence).toBe(1);
    expect(store.find('b')).toMatchObject({ id: 'b', label: 'label of b', metadata: { of: 'b' } });
    expect(store.find('b')?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(Buffer.from(store.image('a')?.bytes ?? []).equals(imageOf('a').bytes)).toBe(true);
    expect(vectorsOf(store)).toEqual([
      [1, [1, 0, 0, 0, 0, 0]],
      [2, [0, 1, 0, 0, 0, 0]],
    ]);
    store.close();
  });

  it('keeps texts, metadata and pictures of every kind', () => {
    const store = open(folder());
    const metadata = { text: '\u{1f600} "quoted" \u0000', nested: { list: [1.5, null, true] }, ['__proto__']: 1 };
    const label = "Robert'); DROP TABLE records;--";
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
    const odd = recordOf('odd', axis(DIMENSION, 0), { label, metadata, image: { type: 'image/webp', bytes } });
    const bare = recordOf('bare', axis(DIMENSION, 1), {
      label: null,
      metadata: null,
      image: { type: 'image/png', bytes: new Uint8Array() },
    });
    store.insert(packRecords([odd, bare], DIMENSION));
    expect(store.find('odd')).toMatchObject({ label, metadata });
    expect(store.find('bare')).toMatchObject({ label: null, metadata: null });
    expect(store.image('odd')).toEqual({ type: 'image/webp', bytes: new Uint8Array(bytes) });
    expect(store.image('bare')?.bytes).toHaveLength(0);
    store.close();
  });

  it('gives each write a time of its own, whatever the clock says', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
    try {
      const store = open(folder());
      insert(store, 'a', 'b');
      insert(store, 'c');
      vi.setSystemTime(500);
      insert(store, 'd');
      vi.setSystemTime(5_000);
      insert(store, 'e');
      const times = ['a', 'b', 'c', 'd', 'e'].map((id) => Date.parse(store.find(id)?.createdAt ?? ''));
      expect(times).toEqual([1_000, 1_000, 1_001, 1_002, 5_000]);
      store.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes on after the last time of the file when the clock was set back before a restart', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 5_000 });
    try {
      const directory = folder();
      const before = open(directory);
      insert(before, 'late');
      // The greatest time is not that of the last record.
      const createdAt = new Date(3_000).toISOString();
      before.insert(packRecords([recordOf('copy', axis(DIMENSION, 0), { createdAt })], DIMENSION));
      before.close();
      vi.setSystemTime(1_000);
      const store = open(directory);
      insert(store, 'a');
      insert(store, 'b');
      expect(['a', 'b'].map((id) => Date.parse(store.find(id)?.createdAt ?? ''))).toEqual([5_001, 5_002]);
      store.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('knows nothing of ids that are not there', () => {
    const store = open(folder());
    expect(store.find('x')).toBeUndefined();
    expect(store.image('x')).toBeUndefined();
    expect(store.delete('x')).toBeUndefined();
    expect(store.sequence).toBe(0);
    store.close();
  });

  it('selects by label in the order asked, whether or not it read them before', () => {
    const store = open(folder());
    insert(store, 'a', 'b', 'c');
    expect(select(store, 3, 1).map(({ id }) => id)).toEqual(['c', 'a']);
    expect(select(store, 1, 2, 3)).toEqual(['a', 'b', 'c'].map((id) => store.find(id)));
    expect(select(store)).toEqual([]);
    store.close();
  });

  it('selects the record that took the place of another, and no longer the other', () => {
    const store = open(folder());
    insert(store, 'a', 'b');
    expect(select(store, 1, 2)).toHaveLength(2);
    const other = recordOf('a', axis(DIMENSION, 2), { metadata: { of: 'another' } });
    expect(store.insert(packRecords([other], DIMENSION), true)).toEqual([{ label: 3, replaced: 1 }]);
    expect(errorOf(() => select(store, 1)).message).toContain('record 1 is gone');
    expect(select(store, 3)).toMatchObject([{ id: 'a', metadata: { of: 'another' } }]);
    store.delete('b');
    expect(codeOf(() => select(store, 2))).toBe('INDEX_DAMAGED');
    store.close();
  });

  it('keeps what it read in memory, unless it is told not to', () => {
    const directory = folder();
    const store = open(directory);
    insert(store, 'a', 'b');
    select(store, 1);
    store.select([2], () => axis(DIMENSION, 1), false);
    new Database(join(directory, 'records.sqlite')).exec("UPDATE records SET text = 'other'").close();
    expect(select(store, 1)).toMatchObject([{ id: 'a', label: 'label of a' }]);
    expect(store.select([1], () => axis(DIMENSION, 0), false)).toMatchObject([{ label: 'label of a' }]);
    expect(codeOf(() => select(store, 2))).toBe('INDEX_DAMAGED');
    store.close();
  });

  it('gives out metadata that the caller may change', () => {
    const store = open(folder());
    insert(store, 'a');
    const [first] = select(store, 1);
    Object.assign(first?.metadata ?? {}, { of: 'someone else' });
    expect(select(store, 1)).toMatchObject([{ metadata: { of: 'a' } }]);
    store.close();
  });

  it.each([
    ['text', "UPDATE records SET text = 'other'"],
    ['metadata', "UPDATE records SET metadata = '{}'"],
    ['checksum', 'UPDATE records SET checksum = checksum + 1'],
    ['id', "UPDATE records SET id = 'z'"],
  ])('notices when it selects that the %s changed behind its back', (_, sql) => {
    const directory = folder();
    const store = open(directory);
    insert(store, 'a', 'b');
    new Database(join(directory, 'records.sqlite')).exec(`${sql} WHERE label = 2`).close();
    expect(select(store, 1)).toMatchObject([{ id: 'a' }]);
    expect(errorOf(() => select(store, 1, 2)).message).toContain('record 2 is damaged');
    store.close();
  });

  it('notices when it selects that a vector in memory is not the one that was stored', () => {
    const store = open(folder());
    insert(store, 'a');
    expect(codeOf(() => store.select([1], () => axis(DIMENSION, 1)))).toBe('INDEX_DAMAGED');
    store.close();
  });

  it('never gives out a label twice, even after the last record is gone and the file reopened', () => {
    const directory = folder();
    let store = open(directory);
    expect(insert(store, 'a', 'b', 'c')).toEqual([1, 2, 3]);
    expect(store.delete('c')).toBe(3);
    store.close();
    store = open(directory);
    expect(insert(store, 'c')).toEqual([4]);
    store.close();
  });

  it('removes the picture with the record', () => {
    const directory = folder();
    const store = open(directory);
    insert(store, 'a', 'b');
    store.delete('a');
    store.close();
    const db = new Database(join(directory, 'records.sqlite'));
    expect(db.prepare('SELECT label FROM images').pluck().all()).toEqual([2]);
    db.close();
  });

  it('stores all or none: one taken id leaves no trace of the others', () => {
    const store = open(folder());
    insert(store, 'a');
    const error = errorOf(() => insert(store, 'b', 'c', 'a'));
    expect(error.code).toBe('RECORD_EXISTS');
    expect(error.message).toContain('a');
    expect(codeOf(() => insert(store, 'd', 'e', 'd'))).toBe('RECORD_EXISTS');
    expect(store.count).toBe(1);
    expect(store.sequence).toBe(1);
    expect(store.find('b')).toBeUndefined();
    expect(insert(store, 'b')).toEqual([2]);
    store.close();
  });

  it('runs out of labels at 32 bits instead of wrapping around', () => {
    const directory = folder();
    open(directory).close();
    forgeGallery(join(directory, 'records.sqlite'), { lastLabel: 2 ** 32 - 2 });
    const store = open(directory);
    expect(codeOf(() => insert(store, 'a', 'b'))).toBe('INDEX_WRITE_FAILED');
    expect(insert(store, 'a')).toEqual([2 ** 32 - 1]);
    expect(codeOf(() => insert(store, 'b'))).toBe('INDEX_WRITE_FAILED');
    expect(store.count).toBe(1);
    store.close();
  });

  it('writes a log that is flushed at each commit', () => {
    const directory = folder();
    const store = open(directory);
    insert(store, 'a');
    expect(existsSync(join(directory, 'records.sqlite-wal'))).toBe(true);
    store.close();
    expect(existsSync(join(directory, 'records.sqlite-wal'))).toBe(false);
  });

  it('can be read by a backup tool while it is open', () => {
    const directory = folder();
    const store = open(directory);
    store.insert(packRecords(someRecords(createRandom(1), 5, DIMENSION), DIMENSION));
    const reader = new Database(join(directory, 'records.sqlite'), { readonly: true });
    expect(reader.prepare('SELECT count(*) FROM records').pluck().get()).toBe(5);
    reader.close();
    store.close();
  });
});

describe('a file of records that is not what it should be', () => {
  function reopened(change: (db: Database.Database) => void): () => void {
    const directory = folder();
    const store = open(directory);
    insert(store, 'a', 'b', 'c');
    store.close();
    const db = new Database(join(directory, 'records.sqlite'));
    change(db);
    db.close();
    return () => vectorsOf(open(directory));
  }

  it.each([
    ['lost its table of records', 'DROP TABLE images; DROP TABLE records'],
    ['lost its table of images', 'DROP TABLE images'],
    ['lost its gallery', 'DROP TABLE gallery'],
    ['has an empty gallery', 'DELETE FROM gallery'],
    ['lost a record', 'PRAGMA foreign_keys = OFF; DELETE FROM records WHERE label = 2'],
    ['lost an image', 'DELETE FROM images WHERE label = 2'],
    ['has another vector', "UPDATE records SET vector = zeroblob(24) WHERE id = 'b'"],
    ['has a shorter vector', "UPDATE records SET vector = zeroblob(20) WHERE id = 'b'"],
    ['has another id', "UPDATE records SET id = 'z' WHERE id = 'b'"],
    ['has another label', "UPDATE records SET text = 'other' WHERE id = 'b'"],
    ['has other metadata', "UPDATE records SET metadata = '{}' WHERE id = 'b'"],
    ['has another sequence', 'UPDATE gallery SET sequence = 99'],
    ['lost a column', 'ALTER TABLE records DROP COLUMN text'],
  ])('is refused: it %s', (_, sql) => {
    const error = errorOf(reopened((db) => db.exec(sql)));
    expect(error.code).toBe('INDEX_DAMAGED');
    expect(error.message).toContain('records.sqlite');
  });

  it('is refused with another format', () => {
    const directory = folder();
    open(directory).close();
    forgeGallery(join(directory, 'records.sqlite'), { format: 3 });
    expect(errorOf(() => open(directory)).message).toContain('format 3');
  });

  it.each([
    ['empty', ''],
    ['a text', 'these are not the records you are looking for '.repeat(40)],
    ['another database', undefined],
  ])('is refused: it is %s', (_, content) => {
    const directory = folder();
    const path = join(directory, 'records.sqlite');
    if (content === undefined) new Database(path).exec('CREATE TABLE other (x)').close();
    else writeFileSync(path, content);
    expect(codeOf(() => open(directory))).toBe('INDEX_DAMAGED');
  });

  it('of another model or dimension is refused as such, naming both', () => {
    const directory = folder();
    open(directory).close();
    const model = errorOf(() => open(directory, 'wide-2'));
    expect(model.code).toBe('MODEL_MISMATCH');
    expect(model.message).toMatch(/compact-1.*wide-2/);
    const dimension = errorOf(() => open(directory, MODEL, 7));
    expect(dimension.code).toBe('MODEL_MISMATCH');
    expect(dimension.message).toMatch(/6 dimensions.*7/);
  });

  it('answers for a picture that changed with an error, and goes on', () => {
    const directory = folder();
    let store = open(directory);
    insert(store, 'a', 'b');
    store.close();
    new Database(join(directory, 'records.sqlite')).exec("UPDATE images SET bytes = x'00' WHERE label = 1").close();
    store = open(directory);
    expect(codeOf(() => store.image('a'))).toBe('INDEX_DAMAGED');
    expect(store.image('b')?.bytes.length).toBeGreaterThan(0);
    store.close();
  });
});
