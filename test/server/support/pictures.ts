import sharp, { type Sharp } from 'sharp';
import { createRandom } from '../../../base/random.ts';

/** A picture of a few coloured rectangles; equal seeds give equal pictures. */
export function drawing(seed: string | number, size = 48): { data: Uint8Array; size: number } {
  const random = createRandom(`drawing/${seed}`);
  const data = new Uint8Array(size * size * 3).fill(255);
  const half = Math.floor(size / 2);
  for (let shape = 0; shape < 4; shape++) {
    const colour = [random.integer(256), random.integer(256), random.integer(256)];
    const [left, top] = [random.integer(half), random.integer(half)];
    const [width, height] = [4 + random.integer(half - 4), 4 + random.integer(half - 4)];
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) data.set(colour, (y * size + x) * 3);
    }
  }
  return { data, size };
}

function encoder(seed: string | number, size?: number): Sharp {
  const { data, size: side } = drawing(seed, size);
  return sharp(data, { raw: { width: side, height: side, channels: 3 } });
}

export const png = (seed: string | number, size?: number): Promise<Buffer> => encoder(seed, size).png().toBuffer();
export const jpeg = (seed: string | number, size?: number): Promise<Buffer> => encoder(seed, size).jpeg().toBuffer();
