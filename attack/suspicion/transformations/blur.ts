import type { Transformation } from '../types.ts';

/** Each value becomes the mean of the 3 x 3 around it with weights 1, 2, 1 in either direction; edges are repeated. */
export const blur: Transformation = {
  name: 'blur',
  weight: 0.05,
  apply(pixels, { size, channels }) {
    const row = size * channels;
    const sums = new Uint16Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) {
      const column = Math.floor((i % row) / channels);
      const left = column === 0 ? i : i - channels;
      const right = column === size - 1 ? i : i + channels;
      sums[i] = (pixels[left] as number) + 2 * (pixels[i] as number) + (pixels[right] as number);
    }
    return Uint8Array.from(pixels, (_, i) => {
      const above = sums[i < row ? i : i - row] as number;
      const below = sums[i + row < pixels.length ? i + row : i] as number;
      return (above + 2 * (sums[i] as number) + below + 8) >> 4;
    });
  },
};
