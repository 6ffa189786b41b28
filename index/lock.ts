import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HoldfastError } from '../base/errors.ts';
import { withSqlite } from './sqlite.ts';

/**
 * Takes a folder for this gallery alone and returns what gives it back. The lock is the operating system's, held by
 * SQLite on an empty file of its own: it goes with the process however that ends, and unlike a number of a process in
 * a file it cannot be mistaken for another's. The records' file stays readable to backup tools.
 * @throws INDEX_LOCKED naming the folder, INDEX_WRITE_FAILED when the lock file cannot be made.
 */
export function lockFolder(directory: string): () => void {
  const path = join(directory, 'lock');
  const lock = withSqlite(path, () => new Database(path, { timeout: 0 }));
  try {
    withSqlite(path, () => lock.exec('BEGIN EXCLUSIVE'));
  } catch (error) {
    lock.close();
    if (!(error instanceof HoldfastError) || error.code !== 'INDEX_LOCKED') throw error;
    throw new HoldfastError('INDEX_LOCKED', `${directory} is open in another gallery`, { cause: error });
  }
  return () => lock.close();
}
