import sharp from 'sharp';
import type { Transformation } from '../types.ts';

/** Quality of the file, 1 to 100. */
export const QUALITY = 90;

/**
 * Writes the picture as a JPEG, colours at full resolution, and reads it back. It counts most: it moves pictures least, and what
 * was made by gradients most.
 */
export const jpeg: Transformation = {
  name: 'jpeg',
  weight: 0.7,
  async apply(pixels, { size, channels }) {
    const file = await sharp(pixels, { raw: { width: size, height: size, channels } })
      .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const colours = channels === 1 ? 'b-w' : 'srgb';
    return new Uint8Array(await sharp(file).toColourspace(colours).raw({ depth: 'uchar' }).toBuffer());
  },
};
