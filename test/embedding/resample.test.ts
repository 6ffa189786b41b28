import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { luma, preprocess, toColours } from '../../embedding/preprocess.ts';
import { resample } from '../../embedding/resample.ts';
import { testPicture } from './pictures.ts';

/** One axis in floating point, straight from the definition of the triangle filter. */
function line(values: readonly number[], to: number): number[] {
  const scale = values.length / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const weights = values.map((_, x) => Math.max(0, 1 - Math.abs(x + 0.5 - centre) / reach));
    const total = weights.reduce((a, b) => a + b, 0);
    return values.reduce((sum, value, x) => sum + (value * (weights[x] as number)) / total, 0);
  });
}

function naive(data: Uint8Array, width: number, channels: number, toWidth: number, toHeight: number): number[] {
  const height = data.length / width / channels;
  const result = new Array<number>(toWidth * toHeight * channels).fill(0);
  for (let c = 0; c < channels; c++) {
    const rows = Array.from({ length: height }, (_, y) =>
      line(
        Array.from({ length: width }, (_, x) => data[(y * width + x) * channels + c] as number),
        toWidth,
      ),
    );
    for (let x = 0; x < toWidth; x++) {
      const column = line(
        rows.map((row) => row[x] as number),
        toHeight,
      );
      column.forEach((value, y) => {
        result[(y * toWidth + x) * channels + c] = value;
      });
    }
  }
  return result;
}

const side = fc.integer({ min: 1, max: 24 });

describe('resample', () => {
  it('is the triangle filter, rounded to bytes after each axis', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.constantFrom(1, 3), fc.integer(), (w, h, toW, toH, channels, seed) => {
        const random = createRandom(seed);
        const data = Uint8Array.from({ length: w * h * channels }, () => random.integer(256));
        const got = resample({ width: w, height: h, data }, channels, toW, toH);
        const exact = naive(data, w, channels, toW, toH);
        expect(got.length).toBe(exact.length);
        got.forEach((value, i) => {
          expect(Math.abs(value - (exact[i] as number))).toBeLessThanOrEqual(1.01);
        });
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('keeps an even colour even, white included', () => {
    for (const level of [0, 1, 128, 254, 255]) {
      const data = new Uint8Array(37 * 23 * 3).fill(level);
      expect(new Set(resample({ width: 37, height: 23, data }, 3, 11, 64))).toEqual(new Set([level]));
    }
  });
});

describe('grey', () => {
  it('has the luma of ITU-R 601, and grey colours keep their level', () => {
    const { data } = testPicture(16, 16);
    luma(data).forEach((level, i) => {
      const [red = 0, green = 0, blue = 0] = data.subarray(3 * i, 3 * i + 3);
      expect(Math.abs(level - (0.299 * red + 0.587 * green + 0.114 * blue))).toBeLessThanOrEqual(0.501);
    });
    const levels = Uint8Array.from({ length: 256 }, (_, level) => level);
    expect(luma(toColours(levels))).toEqual(levels);
  });

  it.each(['contain', 'fill'] as const)('is one byte per pixel, after %s as before', async (fit) => {
    const picture = testPicture(28, 28);
    const grey = await preprocess(picture, { size: 28, fit, kernel: 'linear', channels: 1 });
    expect(grey).toEqual(luma(picture.data));
  });
});
