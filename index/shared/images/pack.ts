import { crc32 } from 'node:zlib';
import { HoldfastError } from '../../../base/errors.ts';
import type { StoredImage } from '../../types.ts';

/** CRC-32 of what follows, length of the media type, the 16 digits of the look or as many blanks. */
const HEAD = 24;
const LOOK_AT = 8;
const NO_LOOK = ' '.repeat(HEAD - LOOK_AT);

/** A picture as one piece of bytes: a head, the media type, the picture. */
export function packImage({ type, bytes, look = NO_LOOK }: StoredImage): Uint8Array<ArrayBuffer> {
  const name = Buffer.from(type);
  const all = new Uint8Array(HEAD + name.length + bytes.length);
  all.set(Buffer.from(look, 'latin1'), LOOK_AT);
  all.set(name, HEAD);
  all.set(bytes, HEAD + name.length);
  const head = new DataView(all.buffer);
  head.setUint32(4, name.length, true);
  head.setUint32(0, crc32(all.subarray(4)), true);
  return all;
}

/** The inverse. @param what names the picture. @throws INDEX_DAMAGED */
export function unpackImage(all: Uint8Array, what: string): StoredImage {
  const buffer = Buffer.from(all.buffer, all.byteOffset, all.byteLength);
  const length = buffer.length < HEAD ? Number.POSITIVE_INFINITY : buffer.readUInt32LE(4);
  if (length > buffer.length - HEAD || buffer.readUInt32LE(0) !== crc32(buffer.subarray(4))) {
    throw new HoldfastError('INDEX_DAMAGED', `${what} is damaged; restore it from a backup`);
  }
  const look = buffer.toString('latin1', LOOK_AT, HEAD);
  const type = buffer.toString('utf8', HEAD, HEAD + length);
  const bytes = Uint8Array.from(buffer.subarray(HEAD + length));
  return { type, bytes, look: look === NO_LOOK ? undefined : look };
}
