import sharp from 'sharp';
import type { Picture, Preprocessing } from './types.ts';

/**
 * A picture as the input of a network: scaled to fit the square (bilinear with antialiasing), centred, the rest white.
 * @returns size x size x 3 bytes
 */
export async function preprocess(picture: Picture, preprocessing: Preprocessing): Promise<Uint8Array> {
  const { width, height, data } = picture;
  const { size, fit, kernel } = preprocessing;
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize(size, size, { fit, kernel, background: 'white' })
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/** Bytes 0..255 as pixels in [0,1]. */
export function toPixels(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 255);
}
