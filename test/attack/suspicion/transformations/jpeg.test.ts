import { describe, expect, it } from 'vitest';
import { jpeg as twin } from '../../../../attack/suspicion/differentiable/jpeg.ts';
import { jpeg } from '../../../../attack/suspicion/transformations/jpeg.ts';
import { mean } from '../../../../base/statistics.ts';
import { differences, gradientOf, levelsOf, SIZE, square } from '../support/square.ts';

describe('a JPEG', () => {
  it.each([1, 3] as const)('of %d channels changes a picture a little', async (channels) => {
    const pixels = square('a', channels);
    const found = await jpeg.apply(pixels, { size: SIZE, channels });
    expect(found).toHaveLength(pixels.length);
    const changed = mean(differences(found, pixels));
    expect(changed).toBeGreaterThan(0.5);
    expect(changed).toBeLessThan(8);
  });

  it.each([1, 3] as const)('of %d channels has a twin that is nearer to it than the picture', async (channels) => {
    const pixels = square('b', channels);
    const found = await jpeg.apply(pixels, { size: SIZE, channels });
    const apart = mean(differences(await levelsOf(twin, pixels, channels), found));
    expect(apart).toBeLessThan(1.2);
    expect(apart).toBeLessThan(mean(differences(pixels, found)) / 2);
  });

  it('has a twin that lets gradients through', async () => {
    const grey = square('c').fill(128);
    for (const slope of await gradientOf(twin, grey)) expect(slope).toBeCloseTo(1, 3);
  });

  it('has a twin for whole blocks only', async () => {
    await expect(levelsOf((images) => twin(images.slice([0, 0, 0, 0], [1, 12, 12, 3])), square('d'))).rejects.toThrow(
      'blocks of 8 do not fill 12 pixels',
    );
  });
});
