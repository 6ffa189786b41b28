import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { syncFolder } from '../../base/files.ts';
import { lockFolder } from '../lock.ts';
import { copyDurably, hashFile, withDisk } from './files.ts';
import { RECORDS_FILE, readManifest, type Snapshot, unusable } from './manifest.ts';

/**
 * Puts a snapshot in the place of a gallery that nobody has open, or where there is none. Everything is copied and
 * compared before the first file is replaced; the graph is built anew by the next start.
 * @throws SNAPSHOT_UNUSABLE naming the file that is missing or damaged, INDEX_LOCKED, INDEX_WRITE_FAILED
 */
export function restoreSnapshot(snapshot: string, gallery: string): Snapshot {
  const manifest = readManifest(snapshot);
  const names = Object.keys(manifest.files);
  return withDisk(gallery, () => {
    mkdirSync(gallery, { recursive: true });
    const unlock = lockFolder(gallery);
    const parts = names.map((name) => join(gallery, `${name}.restore.part`));
    try {
      for (const [i, name] of names.entries()) copyChecked(snapshot, name, String(parts[i]), manifest);
      settle(join(gallery, RECORDS_FILE));
      rmSync(join(gallery, 'graph.hnsw'), { force: true });
      for (const [i, name] of names.entries()) renameSync(String(parts[i]), join(gallery, name));
      syncFolder(gallery);
    } finally {
      for (const part of parts) rmSync(part, { force: true });
      unlock();
    }
    return manifest;
  });
}

function copyChecked(snapshot: string, name: string, to: string, { files }: Snapshot): void {
  const from = join(snapshot, name);
  if (!existsSync(from)) throw unusable(snapshot, `${name} is gone`);
  copyDurably(from, to);
  if (hashFile(to) !== files[name]) throw unusable(snapshot, `${name} is not as it was written`);
}

/** Brings the log of the old records into their file, so that it is not taken for the log of the new ones. */
function settle(records: string): void {
  if (existsSync(records)) {
    try {
      const db = new Database(records, { fileMustExist: true });
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
    } catch {
      // Records that cannot be opened are what a restore is for.
    }
  }
  for (const log of [`${records}-wal`, `${records}-shm`]) rmSync(log, { force: true });
}
