import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HoldfastError } from '../../base/errors.ts';
import { syncFolder, writeFileAtomic } from '../../base/files.ts';
import { RecordStore } from '../records.ts';
import { withSqlite } from '../sqlite.ts';
import { copyDurably, hashFile, syncFile, withDisk } from './files.ts';
import { manifestFile, RECORDS_FILE, type Snapshot } from './manifest.ts';

export interface CreateSnapshotOptions {
  /** The folder of the gallery, which may be open and written to. */
  readonly gallery: string;
  /** The folder that has the snapshots. */
  readonly snapshots: string;
  /** Files of the gallery's folder, beside the records, that are taken along where they are. */
  readonly companions?: readonly string[];
}

/**
 * Copies the records as they are at one moment, while writes go on, and reads the copy through. The graph is not part
 * of it: it is derived. The folder appears whole or not at all.
 * @throws DATA_MISSING without a gallery, INDEX_DAMAGED when the records are, INDEX_WRITE_FAILED
 */
export function createSnapshot({ gallery, snapshots, companions = [] }: CreateSnapshotOptions): Snapshot {
  const records = join(gallery, RECORDS_FILE);
  if (!existsSync(records)) throw new HoldfastError('DATA_MISSING', `there is no gallery in ${gallery}`);
  const at = new Date().toISOString();
  const part = join(snapshots, `${at.replaceAll(/\D/g, '')}.part`);
  return withDisk(part, () => {
    mkdirSync(part, { recursive: true });
    try {
      const copy = join(part, RECORDS_FILE);
      copyRecords(records, copy);
      const head = readThrough(copy);
      syncFile(copy);
      const taken = companions.filter((name) => existsSync(join(gallery, name)));
      for (const name of taken) copyDurably(join(gallery, name), join(part, name));
      const files = Object.fromEntries([RECORDS_FILE, ...taken].map((name) => [name, hashFile(join(part, name))]));
      const name = `${at.replaceAll(/\D/g, '')}-${head.sequence}`;
      const snapshot: Snapshot = { format: 1, name, at, ...head, files };
      writeFileAtomic(...manifestFile(part, snapshot));
      renameSync(part, join(snapshots, name));
      syncFolder(snapshots);
      return snapshot;
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  });
}

/** One read transaction of SQLite: writers go on beside it. */
function copyRecords(from: string, to: string): void {
  withSqlite(from, () => {
    const db = new Database(from, { readonly: true, fileMustExist: true });
    try {
      db.prepare('VACUUM INTO ?').run(to);
    } finally {
      db.close();
    }
  });
}

/** Compares every checksum of the copy. */
function readThrough(copy: string): Pick<Snapshot, 'model' | 'dimension' | 'sequence' | 'count'> {
  const { model, dimension } = withSqlite(copy, () => headOf(copy));
  const store = new RecordStore(copy, model, dimension);
  try {
    store.forEachVector(() => {});
    return { model, dimension, sequence: store.sequence, count: store.count };
  } finally {
    store.close();
  }
}

function headOf(path: string): { model: string; dimension: number } {
  const db = new Database(path, { readonly: true });
  try {
    const row = db.prepare<[], { model: string; dimension: number }>('SELECT model, dimension FROM gallery').get();
    if (row === undefined) throw new HoldfastError('INDEX_DAMAGED', `${path}: it does not say what it holds`);
    return row;
  } finally {
    db.close();
  }
}
