import type { Database } from 'better-sqlite3';
import { filterToSqlite } from './filter/index.ts';
import type { Filter } from './filter/types.ts';
import type { RecordRow } from './rows.ts';
import { COLUMNS } from './statements.ts';

/** The labels of the records that pass, oldest first. */
export function selectLabels(db: Database, filter: Filter): number[] {
  const { text, values } = filterToSqlite(filter);
  return db
    .prepare<unknown[], number>(`SELECT label FROM records WHERE ${text} ORDER BY label`)
    .pluck()
    .all(...values);
}

/** How many records pass. */
export function countRecords(db: Database, filter: Filter): number {
  const { text, values } = filterToSqlite(filter);
  return (
    db
      .prepare<unknown[], number>(`SELECT count(*) FROM records WHERE ${text}`)
      .pluck()
      .get(...values) ?? 0
  );
}

/** Up to `limit` records whose ids come after `after`, in the order of the ids, and which pass. */
export function selectPage(db: Database, limit: number, after: string, filter: Filter): RecordRow[] {
  const { text, values } = filterToSqlite(filter);
  const rows = `SELECT ${COLUMNS} FROM records WHERE id > ? AND ${text} ORDER BY id LIMIT ?`;
  return db.prepare<unknown[], RecordRow>(rows).all(after, ...values, limit);
}
