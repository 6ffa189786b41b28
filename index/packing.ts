import { randomUUID } from 'node:crypto';
import type { NewRecord } from './types.ts';
import { checkRecord, metadataText } from './validation.ts';

/** What is stored of a record beside its vector and image. */
export interface RecordHead {
  readonly id: string;
  readonly label: string | null;
  /** JSON. */
  readonly metadata: string | null;
  /** Null for the moment of the write. */
  readonly createdAt: string | null;
}

/**
 * Records on their way to the index thread: the vectors and the images stand one after the other in two buffers that
 * change hands, so that the bytes are copied once and the caller keeps its own.
 */
export interface PackedRecords {
  readonly heads: readonly RecordHead[];
  /** count x dimension. */
  readonly vectors: Float32Array<ArrayBuffer>;
  readonly images: Uint8Array<ArrayBuffer>;
  /** Per record: the media type and the look of its image, and how many of the bytes are its own. */
  readonly imageSizes: readonly { readonly type: string; readonly size: number; readonly look: string | null }[];
}

/** Checks records and packs them; a record without an id gets one. @throws REQUEST_INVALID, VECTOR_INVALID */
export function packRecords(records: readonly NewRecord[], dimension: number): PackedRecords {
  const heads = records.map((record) => {
    checkRecord(record, dimension);
    return {
      id: record.id ?? randomUUID(),
      label: record.label ?? null,
      metadata: metadataText(record.metadata),
      createdAt: record.createdAt ?? null,
    };
  });
  const vectors = new Float32Array(records.length * dimension);
  const images = new Uint8Array(records.reduce((sum, { image }) => sum + image.bytes.length, 0));
  let offset = 0;
  records.forEach(({ vector, image }, index) => {
    vectors.set(vector, index * dimension);
    images.set(image.bytes, offset);
    offset += image.bytes.length;
  });
  const imageSizes = records.map(({ image: { type, bytes, look = null } }) => ({ type, size: bytes.length, look }));
  return { heads, vectors, images, imageSizes };
}

/** The vector of a record, a view. */
export function packedVector({ vectors }: PackedRecords, index: number, dimension: number): Float32Array {
  return vectors.subarray(index * dimension, (index + 1) * dimension);
}

/** One record of a packed list; vector and image are views. */
export interface UnpackedRecord {
  readonly head: RecordHead;
  readonly vector: Float32Array;
  readonly type: string;
  readonly look: string | null;
  readonly image: Uint8Array;
}

/** The inverse of `packRecords`. */
export function* unpackRecords(packed: PackedRecords, dimension: number): Generator<UnpackedRecord> {
  let offset = 0;
  for (const [index, head] of packed.heads.entries()) {
    const { type, size, look } = packed.imageSizes[index] ?? { type: '', size: 0, look: null };
    const vector = packedVector(packed, index, dimension);
    yield { head, vector, type, look, image: packed.images.subarray(offset, offset + size) };
    offset += size;
  }
}
