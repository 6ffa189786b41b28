import Database from 'better-sqlite3';
import { HoldfastError } from '../../../base/errors.ts';

/** The number of the layout below; another one is not read. */
const FORMAT = 1;

/** `number` is the order of arrival. Times are milliseconds since 1970; `due` is when a waiting job may be claimed. */
const TABLES = `
  CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, input TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    starts INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, losses INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL,
    owner TEXT, expires INTEGER, progress TEXT, result TEXT, error TEXT,
    created INTEGER NOT NULL, started INTEGER, finished INTEGER
  ) STRICT;
  CREATE INDEX jobs_by_state ON jobs (state, due);
`;

/** Came later, so it may be missing from a file. */
const SCHEDULES = `
  CREATE TABLE IF NOT EXISTS schedules (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, input TEXT NOT NULL, cron TEXT NOT NULL, next INTEGER NOT NULL,
    created INTEGER NOT NULL
  ) STRICT;
`;

/** How long a statement waits for another process's transaction. */
const BUSY_MILLISECONDS = 5_000;

/** Opens the file of a queue, or makes it. Several processes may have it open. @throws HoldfastError QUEUE_UNAVAILABLE */
export function openDatabase(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_MILLISECONDS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.transaction(() => {
      const format = db.pragma('user_version', { simple: true });
      if (format !== 0 && format !== FORMAT) {
        throw new HoldfastError('QUEUE_UNAVAILABLE', `${path} has format ${format}, not ${FORMAT}`);
      }
      if (format === 0) db.exec(TABLES);
      db.exec(SCHEDULES);
      db.pragma(`user_version = ${FORMAT}`);
    }).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
