import { openPgvector } from '../../../index/shared/pgvector/store.ts';
import type { VectorKind } from '../types.ts';

/** Beside the records, with the extension pgvector. */
export const pgvector: VectorKind = {
  form: 'pgvector',
  read: (text) => (text === 'pgvector' ? (records) => (owner) => openPgvector(records, owner) : undefined),
};
