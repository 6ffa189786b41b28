import type { HoldfastError } from '../base/errors.ts';
import { checksumImage, checksumRow } from './schema.ts';
import { damagedRecords } from './sqlite.ts';
import type { RecordInfo, StoredImage } from './types.ts';

/** A row of `records` as SQLite gives it. */
export interface RecordRow {
  readonly label: number;
  readonly id: string;
  readonly text: string | null;
  readonly metadata: string | null;
  readonly createdAt: string;
  readonly vector: Buffer;
  readonly checksum: number;
}

/** A row of `records` without its vector, as a list: label, id, text, metadata, created at, checksum. */
export type HeadRow = readonly [number, string, string | null, string | null, string, number];

/** What a row says of a record, its metadata still JSON. */
export type Head = Pick<RecordRow, 'id' | 'text' | 'metadata' | 'createdAt'>;

/** A row of `images` as SQLite gives it. */
export interface ImageRow {
  readonly label: number;
  readonly type: string;
  readonly bytes: Buffer;
  readonly checksum: number;
  /** Null of an image that was stored without. */
  readonly look: string | null;
}

/** The vector of a row. @throws INDEX_DAMAGED when the row's checksum does not agree. */
export function vectorOf(row: RecordRow, dimension: number, path: string): Float32Array<ArrayBuffer> {
  checkRecordRow(row, dimension, path);
  return new Float32Array(Uint8Array.from(row.vector).buffer);
}

/** What the application knows of a row. @throws INDEX_DAMAGED when the row's checksum does not agree. */
export function recordOf(row: RecordRow, dimension: number, path: string): RecordInfo {
  checkRecordRow(row, dimension, path);
  return infoOf(row);
}

/** The head of a row whose vector is in memory: the checksum covers that one. @throws INDEX_DAMAGED */
export function headOf(row: HeadRow, vector: Float32Array, path: string): Head {
  const [label, id, text, metadata, createdAt, checksum] = row;
  if (checksum !== checksumRow([label, id, text, metadata, createdAt], vector)) throw damagedRecord(label, path);
  return { id, text, metadata, createdAt };
}

/** What the application knows of a head that was checked. */
export function infoOf({ id, text, metadata, createdAt }: Head): RecordInfo {
  return { id, label: text, metadata: metadata === null ? null : JSON.parse(metadata), createdAt };
}

/** The picture of a row, in a buffer of its own. @throws INDEX_DAMAGED when the row's checksum does not agree. */
export function imageOf({ label, type, bytes, checksum, look }: ImageRow, path: string): StoredImage {
  if (!Buffer.isBuffer(bytes) || checksum !== checksumImage(label, type, look, bytes)) {
    throw damagedRecords(path, `the image of record ${label} is damaged`);
  }
  return { type, bytes: Uint8Array.from(bytes), look: look ?? undefined };
}

/** A row whose types were changed by a flipped bit fails here as well: the checksum covers the values as JSON. */
function checkRecordRow(row: RecordRow, dimension: number, path: string): void {
  const { label, id, text, metadata, createdAt, vector, checksum } = row;
  const whole =
    Buffer.isBuffer(vector) &&
    vector.length === dimension * Float32Array.BYTES_PER_ELEMENT &&
    checksum === checksumRow([label, id, text, metadata, createdAt], vector);
  if (!whole) throw damagedRecord(label, path);
}

function damagedRecord(label: number, path: string): HoldfastError {
  return damagedRecords(path, `record ${label} is damaged`);
}
