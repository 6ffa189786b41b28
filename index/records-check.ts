import type { Database } from 'better-sqlite3';
import { HoldfastError } from '../base/errors.ts';
import { galleryRow } from './migrate.ts';
import { checksumGallery, FORMAT, type GalleryRow } from './schema.ts';
import { damagedRecords } from './sqlite.ts';

/**
 * Looks a file of records over before it is trusted: the trees of SQLite, the index of the ids against the rows, the
 * tables, the format, and that no row is missing. The rows' own checksums are compared when they are read.
 * @throws INDEX_DAMAGED, MODEL_MISMATCH
 */
export function checkRecordsFile(db: Database, path: string, model: string, dimension: number): GalleryRow {
  expectOk(db, path, 'quick_check');
  const row = galleryRow(db);
  if (row === undefined) throw damagedRecords(path, 'it does not say what it holds');
  if (row.format !== FORMAT) throw damagedRecords(path, `format ${row.format}, this version reads ${FORMAT}`);
  const { checksum, ...gallery } = row;
  if (checksum !== checksumGallery(gallery)) throw damagedRecords(path, 'the row of the gallery is damaged');
  expectOk(db, path, "integrity_check('records')");
  for (const table of ['records', 'images']) {
    const found = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();
    if (found !== row.count) throw damagedRecords(path, `${found} ${table} where there were ${row.count}`);
  }
  if (row.model !== model || row.dimension !== dimension) {
    const message = `${path} holds vectors of model ${row.model} with ${row.dimension} dimensions, not of model ${model} with ${dimension}`;
    throw new HoldfastError('MODEL_MISMATCH', message);
  }
  return gallery;
}

function expectOk(db: Database, path: string, check: string): void {
  const answer = db.pragma(check, { simple: true });
  if (answer !== 'ok') throw damagedRecords(path, firstOf(String(answer)));
}

/** SQLite has a line for each page; two of them are enough to know. */
function firstOf(answer: string): string {
  const lines = answer.split('\n');
  const more = lines.length > 2 ? ` and ${lines.length - 2} more` : '';
  return `${lines.slice(0, 2).join(' ')}${more}`;
}
