import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { packRecords } from '../../index/packing.ts';
import { RecordStore } from '../../index/records.ts';
import { forgeGallery } from './support/forge.ts';
import { codeOf, errorOf, imageOf, MODEL, recordOf, temporaryFolders } from './support/galleries.ts';
import { axis } from './support/vectors.ts';

const folder = temporaryFolders();
const DIMENSION = 4;
const LOOK = '0123456789abcdef';

function open(path: string): RecordStore {
  return new RecordStore(path, MODEL, DIMENSION);
}

function insert(store: RecordStore, id: string, look?: string): void {
  const image = { ...imageOf(id), look };
  store.insert(packRecords([recordOf(id, axis(DIMENSION, 0), { image })], DIMENSION));
}

/** A file of two records in the layout of before, and its bytes. */
function oldFile(): { path: string; bytes: Buffer } {
  const path = join(folder(), 'records.sqlite');
  const store = open(path);
  for (const id of ['a', 'b']) insert(store, id);
  store.close();
  const db = new Database(path);
  db.exec('ALTER TABLE images DROP COLUMN look');
  db.close();
  forgeGallery(path, { format: 1 });
  return { path, bytes: readFileSync(path) };
}

describe('records of the layout before looks', () => {
  it('are brought to the present one, and keep what they have', () => {
    const { path } = oldFile();
    for (let start = 0; start < 2; start++) {
      const store = open(path);
      expect([store.count, store.sequence]).toEqual([2, 2]);
      const { type, bytes, look } = store.image('a') ?? {};
      expect([type, look]).toEqual(['image/png', undefined]);
      expect(Buffer.from(bytes ?? []).equals(imageOf('a').bytes)).toBe(true);
      store.close();
    }
    const store = open(path);
    insert(store, 'c', LOOK);
    store.close();
    const again = open(path);
    expect([again.image('b')?.look, again.image('c')?.look]).toEqual([undefined, LOOK]);
    again.close();
  });

  it('that are damaged stay as they are, and are refused', () => {
    const { path } = oldFile();
    const db = new Database(path);
    db.exec('UPDATE gallery SET sequence = 7');
    db.close();
    expect(errorOf(() => open(path)).message).toContain('format 1');
    const look = new Database(path, { readonly: true });
    expect(look.prepare("SELECT count(*) FROM pragma_table_info('images') WHERE name = 'look'").pluck().get()).toBe(0);
    look.close();
  });

  it('whose pages are torn are refused by name', () => {
    const { path, bytes } = oldFile();
    writeFileSync(path, bytes.fill(0, 4096, 3 * 4096));
    expect(codeOf(() => open(path))).toBe('INDEX_DAMAGED');
  });
});

describe('the look of an image', () => {
  it('is under the checksum of its row', () => {
    const path = join(folder(), 'records.sqlite');
    const store = open(path);
    insert(store, 'a', LOOK);
    store.close();
    const db = new Database(path);
    db.exec("UPDATE images SET look = '0123456789abcdee'");
    db.close();
    const damaged = open(path);
    expect(codeOf(() => damaged.image('a'))).toBe('INDEX_DAMAGED');
    damaged.close();
  });

  it.each(['', '0123', LOOK.toUpperCase(), `${LOOK}0`])('is 16 hexadecimal digits, not "%s"', (look) => {
    const store = open(join(folder(), 'records.sqlite'));
    expect(codeOf(() => insert(store, 'a', look))).toBe('REQUEST_INVALID');
    store.close();
  });
});
