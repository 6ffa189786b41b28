import { describe, expect, it } from 'vitest';
import { jpegOf } from '../../../../attack/suspicion/differentiable/jpeg.ts';
import { COARSE, coarseJpeg } from '../../../../attack/suspicion/transformations/coarse-jpeg.ts';
import { codeJpeg } from '../../../../attack/suspicion/transformations/code-jpeg.ts';
import { FINE, jpeg } from '../../../../attack/suspicion/transformations/jpeg.ts';
import { mean } from '../../../../base/statistics.ts';
import { differences, gradientOf, levelsOf, SIZE, square } from '../support/square.ts';

const codings = [
  { name: 'fine', transformation: jpeg, coding: FINE },
  { name: 'coarse', transformation: coarseJpeg, coding: COARSE },
] as const;
const cases = codings.flatMap((coding) => ([1, 3] as const).map((channels) => ({ ...coding, channels })));

describe('a JPEG', () => {
  it.each(cases)('that is $name, of $channels channels, changes a picture a little', async (test) => {
    const pixels = square('a', test.channels);
    const found = await test.transformation.apply(pixels, { size: SIZE, channels: test.channels });
    expect(found).toHaveLength(pixels.length);
    const changed = mean(differences(found, pixels));
    expect(changed).toBeGreaterThan(0.5);
    expect(changed).toBeLessThan(8);
  });

  it.each(cases)('that is $name, of $channels channels, has a twin nearer to it than the picture', async (test) => {
    const pixels = square('b', test.channels);
    const found = await test.transformation.apply(pixels, { size: SIZE, channels: test.channels });
    const apart = mean(differences(await levelsOf(jpegOf(test.coding), pixels, test.channels), found));
    expect(apart).toBeLessThan(1.2);
    expect(apart).toBeLessThan(mean(differences(pixels, found)) / 2);
  });

  it.each(codings)('that is $name has a twin that lets gradients through', async ({ coding }) => {
    const grey = square('c').fill(128);
    const slopes = await gradientOf(jpegOf(coding), grey);
    expect(slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length).toBeCloseTo(1, 3);
    expect(slopes.every((slope) => Math.abs(slope - 1) < 0.2)).toBe(true);
  });

  it('is changed by the fine one where it was one already, and hardly by one with its blocks', async () => {
    const of = { size: SIZE, channels: 3 } as const;
    const stored = await codeJpeg(square('d'), of, { quality: FINE.quality, offset: 0 });
    const again = await codeJpeg(stored, of, { quality: FINE.quality, offset: 0 });
    const changed = mean(differences(await jpeg.apply(stored, of), stored));
    expect(changed).toBeGreaterThan(3 * mean(differences(again, stored)));
  });

  it('may have any size', async () => {
    const pixels = square('e').subarray(0, 12 * 12 * 3);
    const found = await jpeg.apply(pixels, { size: 12, channels: 3 });
    expect(found).toHaveLength(pixels.length);
  });
});
