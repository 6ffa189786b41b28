import type { Transformation } from '../types.ts';
import { bitDepth } from './bit-depth.ts';
import { blur } from './blur.ts';
import { coarseJpeg } from './coarse-jpeg.ts';
import { jpeg } from './jpeg.ts';
import { shift } from './shift.ts';

/** All transformations, in the order in which movements are listed. */
export const transformations: readonly Transformation[] = [bitDepth, blur, jpeg, coarseJpeg, shift];

/** What a calibration was made with: another detector wants another one. */
export const DETECTOR =
  'bit-depth 4, blur 3, jpeg 90 moved by 4, jpeg 75, shift 1/32; logarithms, 0.05 0.05 0.45 0.4 0.05';
