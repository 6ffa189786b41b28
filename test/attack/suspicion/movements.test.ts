import { describe, expect, it } from 'vitest';
import { movementsOf, withCopies } from '../../../attack/suspicion/movements.ts';
import { transformations } from '../../../attack/suspicion/transformations/index.ts';
import { SIZE, square } from './support/square.ts';

describe('movements', () => {
  it.each([1, 3] as const)('are of a picture of %d channels and a copy for each transformation', async (channels) => {
    const pixels = square('a', channels);
    const before = pixels.slice();
    const [own, ...copies] = await withCopies(pixels, { size: SIZE, channels });
    expect(own).toBe(pixels);
    expect(pixels).toEqual(before);
    expect(copies).toHaveLength(transformations.length);
    for (const copy of copies) {
      expect(copy).toHaveLength(pixels.length);
      expect(copy).not.toEqual(pixels);
    }
  });

  it('are Euclidean', () => {
    const embeddings = [
      [1, 0],
      [1, 0],
      [0, 1],
      [0.6, 0.8],
    ].map((vector) => Float32Array.from(vector));
    const [none, far, near] = movementsOf(embeddings);
    expect(none).toBe(0);
    expect(far).toBeCloseTo(Math.SQRT2);
    expect(near).toBeCloseTo(Math.hypot(0.4, 0.8));
  });
});
