import type { Square, Transformation } from '../types.ts';

/** Pixels that a picture is moved by: one in 32. */
export function distanceOf({ size }: Pick<Square, 'size'>): number {
  return Math.max(1, Math.round(size / 32));
}

/** Moves the picture down and to the right; what comes in repeats the edges. */
export const shift: Transformation = {
  name: 'shift',
  weight: 0.05,
  apply(pixels, { size, channels }) {
    const distance = distanceOf({ size });
    const result = new Uint8Array(pixels.length);
    for (let y = 0; y < size; y++) {
      const from = Math.max(0, y - distance) * size * channels;
      for (let x = 0; x < size; x++) {
        const pixel = from + Math.max(0, x - distance) * channels;
        result.set(pixels.subarray(pixel, pixel + channels), (y * size + x) * channels);
      }
    }
    return result;
  },
};
