import * as tf from '@tensorflow/tfjs';
import type { JpegCoding } from '../transformations/code-jpeg.ts';
import { repeatEdges, sliceAlong } from './edges.ts';
import { roundStraightThrough } from './straight-through.ts';

const SIDE = 8;
const BLOCK = SIDE * SIDE;

/** The tables of ITU-T T.81, annex K, row by row. */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17,
  18,
  24,
  47,
  99,
  99,
  99,
  99,
  18,
  21,
  26,
  66,
  99,
  99,
  99,
  99,
  24,
  26,
  56,
  99,
  99,
  99,
  99,
  99,
  47,
  66,
  99,
  99,
  99,
  99,
  99,
  99,
  ...new Array<number>(32).fill(99),
];

/** Red, green and blue (columns: Y, Cb, Cr), and back: JFIF. */
const TO_YCC = [0.299, -0.168736, 0.5, 0.587, -0.331264, -0.418688, 0.114, 0.5, -0.081312];
const TO_RGB = [1, 1, 1, 0, -0.344136, 1.772, 1.402, -0.714136, 0];

/** The step of each coefficient, as libjpeg scales a table. */
function steps(table: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((step) => Math.min(255, Math.max(1, Math.floor((step * scale + 50) / 100))));
}

/** BLOCK x BLOCK: a block of pixels (rows) to its cosine coefficients (columns). Orthogonal. */
function cosines(): tf.Tensor2D {
  const one = (frequency: number, place: number): number =>
    Math.sqrt((frequency === 0 ? 1 : 2) / SIDE) * Math.cos(((2 * place + 1) * frequency * Math.PI) / (2 * SIDE));
  const values = Array.from({ length: BLOCK * BLOCK }, (_, i) => {
    const [pixel, coefficient] = [Math.floor(i / BLOCK), i % BLOCK];
    const [y, x] = [Math.floor(pixel / SIDE), pixel % SIDE];
    return one(Math.floor(coefficient / SIDE), y) * one(coefficient % SIDE, x);
  });
  return tf.tensor2d(values, [BLOCK, BLOCK]);
}

/**
 * `codeJpeg` of pixels in [0,1]: colours, cosines, rounding to the steps of the tables, and back. A real file computes in whole
 * numbers, so that values differ by a level or two.
 */
export const jpegOf =
  ({ quality, offset }: JpegCoding) =>
  (images: tf.Tensor4D): tf.Tensor4D => {
    const [, size] = images.shape;
    const filling = (SIDE - ((size + offset) % SIDE)) % SIDE;
    const wide = repeatEdges(repeatEdges(images, 1, offset, filling), 2, offset, filling);
    return sliceAlong(sliceAlong(coded(wide, quality), 1, offset, size), 2, offset, size);
  };

/** Of pictures that whole blocks fill. */
function coded(images: tf.Tensor4D, quality: number): tf.Tensor4D {
  const [count, size, , channels] = images.shape;
  const blocks = size / SIDE;
  const levels = channels === 3 ? mixed(images.mul(255), TO_YCC) : images.mul<tf.Tensor4D>(255);
  const centre = tf.tensor1d(channels === 3 ? [128, 0, 0] : [128]);
  const parted = roundStraightThrough(levels)
    .sub(centre)
    .reshape([count, blocks, SIDE, blocks, SIDE, channels])
    .transpose([0, 1, 3, 5, 2, 4])
    .reshape<tf.Tensor2D>([-1, BLOCK]);
  const tables = channels === 3 ? [LUMINANCE, CHROMINANCE, CHROMINANCE] : [LUMINANCE];
  const table = tf.tensor(tables.map((each) => steps(each, quality)));
  const matrix = cosines();
  const coefficients = tf.matMul(parted, matrix).reshape([-1, channels, BLOCK]);
  const kept = roundStraightThrough(coefficients.div(table)).mul(table).reshape<tf.Tensor2D>([-1, BLOCK]);
  const whole = roundStraightThrough(tf.matMul(kept, matrix, false, true))
    .reshape([count, blocks, blocks, channels, SIDE, SIDE])
    .transpose([0, 1, 4, 2, 5, 3])
    .reshape<tf.Tensor4D>([count, size, size, channels])
    .add<tf.Tensor4D>(centre);
  return (channels === 3 ? mixed(whole, TO_RGB) : whole).div(255).clipByValue(0, 1) as tf.Tensor4D;
}

function mixed(images: tf.Tensor4D, matrix: readonly number[]): tf.Tensor4D {
  const { shape } = images;
  return tf.matMul(images.reshape<tf.Tensor2D>([-1, 3]), tf.tensor2d([...matrix], [3, 3])).reshape<tf.Tensor4D>(shape);
}
