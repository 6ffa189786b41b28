import type { Transformation } from '../types.ts';

/** Bits of a pixel value that are kept. */
export const BITS = 4;
/** The distance of two values that are kept, in levels of 8 bits. */
export const STEP = 255 / (2 ** BITS - 1);

/** Rounds every pixel value to one of 16 (Xu, Evans and Qi, "Feature Squeezing", 2018). */
export const bitDepth: Transformation = {
  name: 'bit-depth',
  weight: 0.05,
  apply: (pixels) => pixels.map((value) => Math.round(STEP * Math.round(value / STEP))),
};
