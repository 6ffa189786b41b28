import Database from 'better-sqlite3';
import { HoldfastError } from '../base/errors.ts';

/** Codes of SQLite that mean that the disk, and not the content of the file, is at fault. */
const DISK = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM)/;
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|ERROR|FORMAT)/;

/**
 * Runs work on a SQLite file and names its failures.
 * @throws INDEX_LOCKED when another connection holds it, INDEX_WRITE_FAILED when the disk refuses, INDEX_DAMAGED when
 * SQLite cannot make sense of the file. Other errors pass.
 */
export function withSqlite<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw nameSqliteError(path, error);
  }
}

function nameSqliteError(path: string, error: unknown): unknown {
  if (isDiskError(error)) return new HoldfastError('INDEX_WRITE_FAILED', `${path}: ${error.message}`, { cause: error });
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  const what = `${path}: ${error.message} (${code})`;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new HoldfastError('INDEX_LOCKED', what, { cause: error });
  }
  if (DISK.test(code)) return new HoldfastError('INDEX_WRITE_FAILED', what, { cause: error });
  if (DAMAGE.test(code)) return damagedRecords(path, `${error.message} (${code})`, error);
  return error;
}

/** Whether an error came from the file system, and not from what a file holds. */
export function isDiskError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

/** The error for a file of records that cannot be trusted. There is nothing to rebuild it from. */
export function damagedRecords(path: string, what: string, cause?: unknown): HoldfastError {
  const message = `${path}: ${what}; the records cannot be rebuilt from anything else: restore the file from a backup`;
  return new HoldfastError('INDEX_DAMAGED', message, { cause });
}
