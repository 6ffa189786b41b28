import sharp from 'sharp';
import type { Square } from '../types.ts';

/** How a picture becomes a JPEG. */
export interface JpegCoding {
  /** 1 to 100. */
  readonly quality: number;
  /** Pixels, 0 to 7, that the blocks of the file lie above and to the left of where they would lie; edges are repeated. */
  readonly offset: number;
}

/** Writes size x size x channels bytes as a JPEG, colours at full resolution, and reads them back. */
export async function codeJpeg(
  pixels: Uint8Array,
  { size, channels }: Square,
  { quality, offset }: JpegCoding,
): Promise<Uint8Array> {
  const file = await sharp(pixels, { raw: { width: size, height: size, channels } })
    .extend({ top: offset, left: offset, extendWith: 'copy' })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const colours = channels === 1 ? 'b-w' : 'srgb';
  const read = sharp(file).extract({ top: offset, left: offset, width: size, height: size }).toColourspace(colours);
  return new Uint8Array(await read.raw({ depth: 'uchar' }).toBuffer());
}
