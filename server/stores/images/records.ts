import { openPostgresImages } from '../../../index/shared/postgres/images.ts';
import type { ImageKind } from '../types.ts';

/** Beside the records, in their database. */
export const inRecords: ImageKind = {
  form: 'records',
  read: (text) => (text === 'records' ? (records) => (owner) => openPostgresImages(records, owner) : undefined),
};
