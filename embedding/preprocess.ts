import sharp from 'sharp';
import type { Picture, Preprocessing } from './types.ts';

/**
 * A picture as the input of a network: size x size x 3 bytes, scaled to fit with antialiasing, the rest white.
 * Queries, galleries and training data all go through here, so that a model sees one kind of pixels.
 */
export async function preprocess(picture: Picture, { size, fit, kernel }: Preprocessing): Promise<Uint8Array> {
  const { width, height, data } = picture;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(size, size, { fit, kernel, background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

/** Bytes as pixels of [0,1]. */
export function toPixels(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 255);
}
