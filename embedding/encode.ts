import sharp from 'sharp';
import type { Picture } from './types.ts';

/**
 * A picture as a PNG: lossless, without metadata. `decodePicture` gives the same pixels back for every picture that it
 * made itself.
 * @param compressionLevel 0 (fast) to 9 (small)
 */
export async function encodePng({ width, height, data }: Picture, compressionLevel = 6): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .png({ compressionLevel, palette: false })
    .toBuffer();
}
