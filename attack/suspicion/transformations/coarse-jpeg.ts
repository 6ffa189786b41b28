import type { Transformation } from '../types.ts';
import { codeJpeg, type JpegCoding } from './code-jpeg.ts';

export const COARSE: JpegCoding = { quality: 75, offset: 0 };

/** A JPEG that also changes what a finer one has left. */
export const coarseJpeg: Transformation = {
  name: 'coarse-jpeg',
  weight: 0.4,
  apply: (pixels, square) => codeJpeg(pixels, square, COARSE),
};
