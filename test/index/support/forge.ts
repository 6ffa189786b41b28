import Database from 'better-sqlite3';
import { checksumGallery, type GalleryRow } from '../../../index/schema.ts';

/** Changes the row of the gallery in a closed file of records, with its checksum made to agree. */
export function forgeGallery(path: string, change: Partial<GalleryRow>): void {
  const db = new Database(path);
  const columns = 'format, identity, model, dimension, sequence, count, last_label AS lastLabel';
  const row = db.prepare<[], GalleryRow>(`SELECT ${columns} FROM gallery`).get();
  if (row === undefined) throw new Error('no gallery');
  const forged = { ...row, ...change };
  db.prepare('UPDATE gallery SET format = ?, sequence = ?, count = ?, last_label = ?, checksum = ?').run(
    forged.format,
    forged.sequence,
    forged.count,
    forged.lastLabel,
    checksumGallery(forged),
  );
  db.close();
}
