import { describe, expect, it } from 'vitest';
import { bitDepth as twin } from '../../../../attack/suspicion/differentiable/bit-depth.ts';
import { BITS, bitDepth } from '../../../../attack/suspicion/transformations/bit-depth.ts';
import { differences, gradientOf, levelsOf, SIZE, square } from '../support/square.ts';

const all = Uint8Array.from({ length: 256 }, (_, i) => i);
const layout = { size: SIZE, channels: 3 } as const;

describe('fewer bits', () => {
  it('leave as many values as they can tell apart, each the nearest', async () => {
    const kept = await bitDepth.apply(all, { size: 16, channels: 1 });
    const values = [...new Set(kept)];
    expect(values).toHaveLength(2 ** BITS);
    kept.forEach((value, i) => {
      expect(Math.abs(value - i)).toBe(Math.min(...values.map((other) => Math.abs(other - i))));
    });
    expect([kept[0], kept[255]]).toEqual([0, 255]);
  });

  it('change nothing the second time', async () => {
    const once = await bitDepth.apply(square('a'), layout);
    expect(await bitDepth.apply(once, layout)).toEqual(once);
  });

  it('have a twin that lets gradients through', async () => {
    const pixels = square('b');
    const levels = await levelsOf(twin, pixels);
    expect(Math.max(...differences(levels, await bitDepth.apply(pixels, layout)))).toBeLessThan(0.51);
    for (const slope of await gradientOf(twin, pixels)) expect(slope).toBeCloseTo(1, 5);
  });
});
