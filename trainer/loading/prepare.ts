import { createRandom } from '../../base/random.ts';
import { augmentations } from '../augmentations/index.ts';
import { storedPicture } from './stored.ts';
import type { Setting, Work } from './types.ts';

/** Pictures that are decoded at once: libvips works on the threads of libuv, of which there are four. */
const LANES = 4;

/**
 * Prepares a batch: rows x size x size x channels numbers in [0,1]. Each row has randomness of its own, so that rows can be
 * prepared in any order. @throws the error of the first row that cannot be had, when no other is worked on any more.
 */
export async function prepareRows(
  { images, size, channels, augmentation }: Setting,
  { rows, seed }: Work,
): Promise<Float32Array> {
  const { write } = augmentations[seed === undefined ? 'none' : augmentation];
  const length = size * size * channels;
  const data = new Float32Array(rows.length * length);
  const one = async (i: number): Promise<void> => {
    const source = { bytes: await storedPicture(images, rows[i] as number), side: images.size, channels };
    write(data.subarray(i * length, (i + 1) * length), source, size, createRandom(`${seed}/${i}`));
  };
  for (let from = 0; from < rows.length; from += LANES) {
    const lanes = Array.from({ length: Math.min(LANES, rows.length - from) }, (_, lane) => one(from + lane));
    const failed = (await Promise.allSettled(lanes)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
  return data;
}
