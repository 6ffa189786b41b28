import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HoldfastError } from '../../base/errors.ts';
import { removeTemporaryFiles, syncFolder, writeFileAtomic } from '../../base/files.ts';
import { lockFolder } from '../lock.ts';
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
 * of it: it is derived. The folder appears whole or not at all; what a kill left of an earlier one is removed.
 * @throws DATA_MISSING without a gallery, SNAPSHOT_RUNNING, INDEX_DAMAGED when the records are, INDEX_WRITE_FAILED
 */
export function createSnapshot(options: CreateSnapshotOptions): Snapshot {
  const { gallery, snapshots } = options;
  if (!existsSync(join(gallery, RECORDS_FILE))) {
    throw new HoldfastError('DATA_MISSING', `there is no gallery in ${gallery}`);
  }
  return withDisk(snapshots, () => {
    mkdirSync(snapshots, { recursive: true });
    const unlock = lockSnapshots(snapshots);
    try {
      removeTemporaryFiles(snapshots);
      return takeCopy(options);
    } finally {
      removeTemporaryFiles(snapshots);
      unlock();
    }
  });
}

/** One at a time, whichever process makes it: what is half made is then known to be left over. */
function lockSnapshots(snapshots: string): () => void {
  try {
    return lockFolder(snapshots);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'INDEX_LOCKED') throw error;
    throw new HoldfastError('SNAPSHOT_RUNNING', `another snapshot is being made in ${snapshots}`, { cause: error });
  }
}

function takeCopy({ gallery, snapshots, companions = [] }: CreateSnapshotOptions): Snapshot {
  const at = new Date().toISOString();
  const digits = at.replaceAll(/\D/g, '');
  const part = join(snapshots, `${digits}.part`);
  mkdirSync(part);
  const copy = join(part, RECORDS_FILE);
  copyRecords(join(gallery, RECORDS_FILE), copy);
  const head = readThrough(copy);
  syncFile(copy);
  const taken = companions.filter((name) => existsSync(join(gallery, name)));
  for (const name of taken) copyDurably(join(gallery, name), join(part, name));
  const files = Object.fromEntries([RECORDS_FILE, ...taken].map((name) => [name, hashFile(join(part, name))]));
  const snapshot: Snapshot = { format: 1, name: `${digits}-${head.sequence}`, at, ...head, files };
  writeFileAtomic(...manifestFile(part, snapshot));
  renameSync(part, join(snapshots, snapshot.name));
  syncFolder(snapshots);
  return snapshot;
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
