import { describe, expect, it } from 'vitest';
import { blackBoxAttacks, noise, square } from '../../../attack/black-box/index.ts';
import { sideOf } from '../../../attack/black-box/square.ts';
import { linf } from '../../../attack/constraints/index.ts';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';

const SHAPE = [3, 8, 8, 2];
const SIZE = 128;
const random = createRandom('black box');
const clean = ndarray(
  Float32Array.from({ length: 3 * SIZE }, () => random.uniform()),
  SHAPE,
);
/** Each image wants to be dark on the left and bright on the right. */
const score = async ({ data }: NdArray): Promise<number[]> =>
  [0, 1, 2].map((row) => {
    let sum = 0;
    for (let i = 0; i < SIZE; i++) sum += (data[row * SIZE + i] as number) * (Math.floor(i / 2) % 8 < 4 ? 1 : -1);
    return sum;
  });
const budget = { epsilon: 0.1, queries: 201 };

describe.each(blackBoxAttacks.map((attack) => [attack.id, attack] as const))('%s', (_, attack) => {
  it('lowers the score of every image within epsilon and the range of pixels, with no more queries than allowed', async () => {
    let asked = 0;
    const counted = (images: NdArray) => {
      asked += 1;
      return score(images);
    };
    const { images, values, queries } = await attack.run(counted, clean, budget, createRandom(1));
    const before = await score(clean);
    expect([...values]).toEqual((await score(images)).map(Math.fround));
    values.forEach((value, row) => {
      expect(value).toBeLessThan(before[row] as number);
    });
    linf.distances(images, clean).forEach((distance) => {
      expect(distance).toBeLessThanOrEqual(0.1 + 1e-6);
    });
    expect(Math.min(...images.data)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...images.data)).toBeLessThanOrEqual(1);
    expect(queries).toBe(asked);
    expect(queries).toBeLessThanOrEqual(budget.queries);
    expect(queries).toBeGreaterThan(150);
  });

  it('is the same with the same seed, and gives the clean images back for a single query', async () => {
    const runs = [1, 1, 2].map((seed) => attack.run(score, clean, budget, createRandom(seed)));
    const [a, b, c] = await Promise.all(runs);
    expect(a?.images.data).toEqual(b?.images.data);
    expect(a?.images.data).not.toEqual(c?.images.data);
    const idle = await attack.run(score, clean, { ...budget, queries: 1 }, createRandom(1));
    expect(idle.images.data).toEqual(clean.data);
  });

  it('stops when it is told to', async () => {
    const abort = AbortSignal.abort(new Error('enough'));
    await expect(attack.run(score, clean, budget, createRandom(1), abort)).rejects.toThrow('enough');
  });
});

it('square reaches further than noise', async () => {
  const [a, b] = [await noise.run(score, clean, budget, random), await square.run(score, clean, budget, random)];
  a.values.forEach((value, row) => {
    expect(b.values[row]).toBeLessThan(value);
  });
});

it('squares shrink from most of the image to a pixel', () => {
  expect(sideOf(0, 32, 32)).toBe(29);
  expect(sideOf(0.03, 32, 32)).toBe(10);
  expect(sideOf(1, 8, 8)).toBe(1);
});
