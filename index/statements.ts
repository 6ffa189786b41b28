import type { Database, Statement } from 'better-sqlite3';
import type { HeadRow, ImageRow, RecordRow } from './rows.ts';

/** The columns of a `RecordRow`. */
export const COLUMNS = 'label, id, text, metadata, created_at AS createdAt, vector, checksum';

/** CROSS JOIN: SQLite looks each label up, and never the other way round. */
const HEADS = `SELECT label, records.id, text, metadata, created_at, checksum
  FROM json_each(?) AS wanted CROSS JOIN records ON label = wanted.value`;

/** What the store asks of SQLite, each compiled once. */
export interface Statements {
  /** Every record, oldest first. */
  readonly all: Statement<[], RecordRow>;
  readonly byId: Statement<[string], RecordRow>;
  /** The heads of the labels in a JSON array, in any order. */
  readonly byLabels: Statement<[string], HeadRow>;
  readonly labelOf: Statement<[string], number>;
  readonly image: Statement<[number], ImageRow>;
  /** The greatest moment of all records; null when there is none. Reads the whole table. */
  readonly lastMoment: Statement<[], string | null>;
  readonly addRecord: Statement<unknown[]>;
  readonly addImage: Statement<unknown[]>;
  readonly remove: Statement<[number]>;
  /** Sets sequence, count, last label and checksum of the gallery. */
  readonly moveOn: Statement<[number, number, number, number]>;
}

/** Compiles the statements; the tables must be there. */
export function prepareStatements(db: Database): Statements {
  return {
    all: db.prepare(`SELECT ${COLUMNS} FROM records ORDER BY label`),
    byId: db.prepare(`SELECT ${COLUMNS} FROM records WHERE id = ?`),
    byLabels: db.prepare<[string], HeadRow>(HEADS).raw(),
    labelOf: db.prepare<[string], number>('SELECT label FROM records WHERE id = ?').pluck(),
    image: db.prepare('SELECT label, type, bytes, checksum, look FROM images WHERE label = ?'),
    lastMoment: db.prepare<[], string | null>('SELECT max(created_at) FROM records').pluck(),
    addRecord: db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)'),
    addImage: db.prepare('INSERT INTO images VALUES (?, ?, ?, ?, ?)'),
    remove: db.prepare('DELETE FROM records WHERE label = ?'),
    moveOn: db.prepare('UPDATE gallery SET sequence = ?, count = ?, last_label = ?, checksum = ?'),
  };
}
