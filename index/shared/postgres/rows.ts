import type { RecordInfo } from '../../types.ts';
import type { FoundRecord, VectorEntry } from '../types.ts';
import { fromPostgres } from './text.ts';

/** The columns of an `InfoRow`. */
export const INFO = 'label, id, text, metadata, created_at';

export interface InfoRow {
  readonly label: number;
  readonly id: string;
  readonly text: string | null;
  readonly metadata: string | null;
  readonly created_at: string;
}

export interface VectorRow {
  readonly label: number;
  readonly vector: Buffer;
}

export interface EntryRow extends VectorRow {
  readonly metadata: string | null;
}

export function infoOf({ id, text, metadata, created_at }: InfoRow): RecordInfo {
  return {
    id,
    label: text === null ? null : fromPostgres(text),
    metadata: metadataOf(metadata),
    createdAt: created_at,
  };
}

export function foundOf(row: InfoRow & VectorRow): FoundRecord {
  return { label: row.label, info: infoOf(row), vector: vectorOf(row) };
}

export function entryOf(row: EntryRow): VectorEntry {
  return { label: row.label, vector: vectorOf(row), metadata: metadataOf(row.metadata) };
}

/** The numbers in a buffer of their own, as the bytes may lie at an odd place. */
export function vectorOf({ vector }: VectorRow): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint8Array.from(vector).buffer);
}

/** A vector as `bytea`. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function metadataOf(text: string | null): RecordInfo['metadata'] {
  return text === null ? null : JSON.parse(text);
}
