import { gunzipSync } from 'node:zlib';
import { HoldfastError } from '../../base/errors.ts';

/** An array of an IDX file of unsigned bytes, the form of MNIST. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTES = 8;

/**
 * Reads an IDX file, plain or gzipped. @param source named in errors.
 * @throws HoldfastError DATA_DAMAGED where it is no IDX file of unsigned bytes or is not as long as its header says.
 */
export function readIdx(file: Uint8Array, source: string): IdxArray {
  const bytes = Buffer.from(unzipped(file, source));
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${source}: ${reason}`);
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0) throw refuse('not an IDX file');
  if (bytes[2] !== UNSIGNED_BYTES) throw refuse(`its numbers are of type ${bytes[2]}, not unsigned bytes`);
  const dimensions = bytes[3] as number;
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) throw refuse('its header is cut off');
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const length = shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== start + length) throw refuse(`${bytes.length - start} bytes instead of ${length}`);
  return { shape, data: bytes.subarray(start) };
}

function unzipped(file: Uint8Array, source: string): Uint8Array {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  try {
    return gunzipSync(file);
  } catch (cause) {
    throw new HoldfastError('DATA_DAMAGED', `${source} cannot be unzipped: ${String(cause)}`, { cause });
  }
}
