import { MAX_SIDE } from './decode.ts';
import { pictureTypeOf } from './picture-type.ts';

/** Where the first chunk begins, behind the signature; before its contents stand four bytes of length and four of type. */
const FIRST_CHUNK = 8;
const BEFORE_CONTENTS = 8;
/** Bytes of a chunk beside its contents. */
const AROUND_CONTENTS = 12;
/** Chunks that say nothing of the colours: how long a pixel is, texts. */
const HARMLESS = new Set(['IHDR', 'pHYs', 'tEXt', 'tIME']);
/** Chunks that are looked at for the first of the pixels. */
const MOST_CHUNKS = 16;

/**
 * Whether a file is a PNG of 8 bits a channel in colours, with alpha or without, of no more than `MAX_SIDE`, with no colour profile and nothing
 * else that changes its pixels: what this server stores, and what most programs write. Nothing of it has to be converted.
 */
export function isPlainPng(bytes: Uint8Array): boolean {
  if (pictureTypeOf(bytes) !== 'png') return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = FIRST_CHUNK;
  for (let chunk = 0; chunk < MOST_CHUNKS && at + AROUND_CONTENTS <= view.byteLength; chunk++) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + BEFORE_CONTENTS));
    if (chunk === 0 && !(type === 'IHDR' && isPlainHeader(view, at + BEFORE_CONTENTS))) return false;
    if (type === 'IDAT') return true;
    if (!HARMLESS.has(type)) return false;
    at += AROUND_CONTENTS + view.getUint32(at);
  }
  return false;
}

/** Of an `IHDR`: width, height, bits of a channel, colour type (2: RGB, 6: RGBA), compression, filter, interlacing. */
function isPlainHeader(view: DataView, at: number): boolean {
  if (at + 13 > view.byteLength) return false;
  const sides = [view.getUint32(at), view.getUint32(at + 4)];
  const [depth, colour, interlaced] = [view.getUint8(at + 8), view.getUint8(at + 9), view.getUint8(at + 12)];
  return (
    sides.every((side) => side >= 1 && side <= MAX_SIDE) &&
    depth === 8 &&
    (colour === 2 || colour === 6) &&
    interlaced === 0
  );
}
