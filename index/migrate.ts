import type { Database } from 'better-sqlite3';
import { checksumGallery, FORMAT, type GalleryRow } from './schema.ts';

/** The layout whose images had no look. */
const WITHOUT_LOOKS = 1;

/**
 * Brings a file of the layout before this one to this one, whole or not at all. What is no such file, or damaged, stays as
 * it is for the check that comes next.
 */
export function migrateRecords(db: Database): void {
  const row = galleryRow(db);
  if (row?.format !== WITHOUT_LOOKS) return;
  const { checksum, ...gallery } = row;
  if (checksum !== checksumGallery(gallery)) return;
  db.transaction(() => {
    db.exec('ALTER TABLE images ADD COLUMN look TEXT');
    const now = checksumGallery({ ...gallery, format: FORMAT });
    db.prepare('UPDATE gallery SET format = ?, checksum = ?').run(FORMAT, now);
  })();
}

/** The row of the gallery with its checksum, as it stands there. */
export function galleryRow(db: Database): (GalleryRow & { readonly checksum: number }) | undefined {
  const columns = 'format, identity, model, dimension, sequence, count, last_label AS lastLabel, checksum';
  return db.prepare<[], GalleryRow & { checksum: number }>(`SELECT ${columns} FROM gallery`).get();
}
