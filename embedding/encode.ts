import sharp from 'sharp';
import type { Picture } from './types.ts';

/** A picture as PNG: nothing lost, nothing but pixels in it. */
export function encodePng({ width, height, data }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}
