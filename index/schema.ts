import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import Database from 'better-sqlite3';
import { syncFolder } from '../base/files.ts';

/** The number of the layout below. The one before is migrated, another one is not read. */
export const FORMAT = 2;

/**
 * `label` is the number of the record in the graph; none is given out twice, which is why the gallery keeps the last one
 * (under its checksum, unlike SQLite's own AUTOINCREMENT). Pictures are in a table of their own, so that reading all
 * vectors does not read them. `checksum` is the CRC-32 of the row's content.
 */
const TABLES = `
  CREATE TABLE gallery (
    one INTEGER PRIMARY KEY CHECK (one = 1), format INTEGER NOT NULL, identity TEXT NOT NULL, model TEXT NOT NULL,
    dimension INTEGER NOT NULL, sequence INTEGER NOT NULL, count INTEGER NOT NULL, last_label INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE records (
    label INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, text TEXT, metadata TEXT,
    created_at TEXT NOT NULL, vector BLOB NOT NULL, checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE images (
    label INTEGER PRIMARY KEY REFERENCES records (label) ON DELETE CASCADE,
    type TEXT NOT NULL, bytes BLOB NOT NULL, checksum INTEGER NOT NULL, look TEXT
  ) STRICT;
`;

/** The one row that says what the file holds. */
export interface GalleryRow {
  readonly format: number;
  /** A UUID; ties the graph's file to these records. */
  readonly identity: string;
  readonly model: string;
  readonly dimension: number;
  /** How many writes were acknowledged. */
  readonly sequence: number;
  readonly count: number;
  /** The largest label that was ever given out. */
  readonly lastLabel: number;
}

/** CRC-32 of the values of a row (as JSON), then of its bytes. zlib starts over at zero on an empty buffer. */
export function checksumRow(values: readonly unknown[], bytes?: Uint8Array | Float32Array): number {
  const head = crc32(JSON.stringify(values));
  return bytes === undefined || bytes.length === 0 ? head : crc32(bytes, head);
}

/** Of an image; one without a look has the checksum that it had before there were any. */
export function checksumImage(label: number, type: string, look: string | null, bytes: Uint8Array): number {
  return checksumRow(look === null ? [label, type] : [label, type, look], bytes);
}

export function checksumGallery(row: GalleryRow): number {
  return checksumRow([row.format, row.identity, row.model, row.dimension, row.sequence, row.count, row.lastLabel]);
}

/** Makes the file of an empty gallery. It appears whole or not at all, so an empty file is never a new one. */
export function createRecordsFile(path: string, model: string, dimension: number): void {
  const temporary = `${path}.part`;
  const zeros = { sequence: 0, count: 0, lastLabel: 0 };
  const row: GalleryRow = { format: FORMAT, identity: randomUUID(), model, dimension, ...zeros };
  const db = new Database(temporary);
  try {
    db.pragma('journal_mode = OFF');
    db.exec(TABLES);
    db.prepare(
      'INSERT INTO gallery VALUES (1, :format, :identity, :model, :dimension, :sequence, :count, :lastLabel, :checksum)',
    ).run({ ...row, checksum: checksumGallery(row) });
  } finally {
    db.close();
  }
  const file = openSync(temporary, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}
