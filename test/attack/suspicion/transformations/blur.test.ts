import { describe, expect, it } from 'vitest';
import { blur as twin } from '../../../../attack/suspicion/differentiable/blur.ts';
import { blur } from '../../../../attack/suspicion/transformations/blur.ts';
import { differences, gradientOf, levelsOf, SIZE, square } from '../support/square.ts';

describe('a blur', () => {
  it('spreads a point by 1, 2, 1 in either direction', async () => {
    const point = new Uint8Array(25);
    point[12] = 160;
    expect([...(await blur.apply(point, { size: 5, channels: 1 }))]).toEqual([
      ...[0, 0, 0, 0, 0],
      ...[0, 10, 20, 10, 0],
      ...[0, 20, 40, 20, 0],
      ...[0, 10, 20, 10, 0],
      ...[0, 0, 0, 0, 0],
    ]);
  });

  it('repeats the edges, so that a plain picture stays as it is', async () => {
    const plain = new Uint8Array(SIZE * SIZE * 3).map((_, i) => [10, 200, 255][i % 3] as number);
    expect(await blur.apply(plain, { size: SIZE, channels: 3 })).toEqual(plain);
  });

  it('keeps channels apart', async () => {
    const pixels = square('a');
    const blurred = await blur.apply(pixels, { size: SIZE, channels: 3 });
    const red = await blur.apply(
      pixels.filter((_, i) => i % 3 === 0),
      { size: SIZE, channels: 1 },
    );
    expect(blurred.filter((_, i) => i % 3 === 0)).toEqual(red);
  });

  it('has a twin that does not round', async () => {
    const pixels = square('b');
    const blurred = await blur.apply(pixels, { size: SIZE, channels: 3 });
    expect(Math.max(...differences(await levelsOf(twin, pixels), blurred))).toBeLessThan(0.51);
    const slopes = await gradientOf(twin, pixels);
    expect(slopes.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(slopes.length, 1);
  });
});
