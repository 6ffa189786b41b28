import type { Transformation } from '../types.ts';
import { bitDepth } from './bit-depth.ts';
import { blur } from './blur.ts';
import { jpeg } from './jpeg.ts';
import { shift } from './shift.ts';

/** All transformations, in the order in which movements are listed. */
export const transformations: readonly Transformation[] = [bitDepth, blur, jpeg, shift];

/** What a calibration was made with: another detector wants another one. */
export const DETECTOR = 'bit-depth 4, blur 3, jpeg 90, shift 1/32; logarithms, 0.1 0.1 0.7 0.1';
