import { describe, expect, it } from 'vitest';
import { shift as twin } from '../../../../attack/suspicion/differentiable/shift.ts';
import { distanceOf, shift } from '../../../../attack/suspicion/transformations/shift.ts';
import { differences, levelsOf, SIZE, square } from '../support/square.ts';

describe('a shift', () => {
  it('goes down and to the right, and repeats the edges', async () => {
    const pixels = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...(await shift.apply(pixels, { size: 3, channels: 1 }))]).toEqual([1, 1, 2, 1, 1, 2, 4, 4, 5]);
  });

  it('is as far in a larger picture, for the eye', () => {
    expect([16, 32, 224].map((size) => distanceOf({ size }))).toEqual([1, 1, 7]);
  });

  it('has an exact twin', async () => {
    const pixels = square('a');
    const shifted = await shift.apply(pixels, { size: SIZE, channels: 3 });
    expect(Math.max(...differences(await levelsOf(twin, pixels), shifted))).toBeLessThan(1e-3);
  });
});
