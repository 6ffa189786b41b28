import type { Random } from '../../base/random.ts';
import type { Backbone } from '../../embedding/types.ts';
import type { NdArray } from '../../engine/types.ts';

/** How far the pictures of a pair differ: so little that a fresh network has the positive before all negatives. */
const APART = 0.02;

/** Noise in pairs of two alike, a class each: an SPC-2 batch of K pairs, 2K x size x size x channels. */
export function pairsOfNoise({ size, channels }: Pick<Backbone, 'size' | 'channels'>, pairs: number, random: Random) {
  const length = size * size * channels;
  const data = new Float32Array(2 * pairs * length);
  for (let pair = 0; pair < pairs; pair++) {
    const at = 2 * pair * length;
    for (let i = 0; i < length; i++) {
      const value = APART + (1 - 2 * APART) * random.uniform();
      data[at + i] = value;
      data[at + length + i] = value + APART * (2 * random.uniform() - 1);
    }
  }
  const images: NdArray = { shape: [2 * pairs, size, size, channels], data };
  return { images, labels: Array.from({ length: 2 * pairs }, (_, row) => Math.floor(row / 2)) };
}
