import type { Transformation } from '../types.ts';
import { codeJpeg, type JpegCoding } from './code-jpeg.ts';

/** Half a block beside the usual place: a picture that was a JPEG of the same quality before would not be changed there. */
export const FINE: JpegCoding = { quality: 90, offset: 4 };

/** A JPEG whose blocks lie elsewhere. It moves pictures least, and what was made by gradients most. */
export const jpeg: Transformation = {
  name: 'jpeg',
  weight: 0.45,
  apply: (pixels, square) => codeJpeg(pixels, square, FINE),
};
