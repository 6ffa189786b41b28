import Database from 'better-sqlite3';
import { HoldfastError } from '../../../base/errors.ts';

const FULL = /^SQLITE_(FULL|IOERR|READONLY)/;

/** Runs work on the queue's file. @throws HoldfastError QUEUE_WRITE_FAILED when the disk refuses, else QUEUE_UNAVAILABLE */
export function onQueueFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const ofDisk = cause instanceof Error && 'syscall' in cause;
    if (!(cause instanceof Database.SqliteError) && !ofDisk) throw cause;
    const full = ofDisk || (cause instanceof Database.SqliteError && FULL.test(cause.code));
    throw new HoldfastError(full ? 'QUEUE_WRITE_FAILED' : 'QUEUE_UNAVAILABLE', `${path}: ${cause.message}`, { cause });
  }
}
