import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { augmentations, type Stored } from '../../../trainer/augmentations/index.ts';
import { writePose } from '../../../trainer/augmentations/pose.ts';
import type { AugmentationName } from '../../../trainer/types.ts';

const STILL = { shift: 0, scale: 0, rotate: 0 };

function stored(side: number, channels: 1 | 3): Stored {
  const random = createRandom(`stored ${side} ${channels}`);
  return { bytes: Uint8Array.from({ length: side * side * channels }, () => random.integer(256)), side, channels };
}

/** The window at (left, top), pixel by pixel. */
function windowOf({ bytes, side, channels }: Stored, size: number, left: number, top: number, flip: boolean): number[] {
  return Array.from({ length: size * size * channels }, (_, i) => {
    const [c, pixel] = [i % channels, Math.floor(i / channels)];
    const [x, y] = [pixel % size, Math.floor(pixel / size)];
    const column = left + (flip ? size - 1 - x : x);
    return Math.fround((bytes[((top + y) * side + column) * channels + c] as number) / 255);
  });
}

function write(name: AugmentationName, source: Stored, size: number, seed: string | number = 1): number[] {
  const target = new Float32Array(size * size * source.channels);
  augmentations[name].write(target, source, size, createRandom(seed));
  return [...target];
}

describe.each([1, 3] as const)('augmentations of %i channel(s)', (channels) => {
  it('none is the middle', () => {
    const source = stored(10, channels);
    expect(write('none', source, 8)).toEqual(windowOf(source, 8, 1, 1, false));
    expect(write('none', source, 10)).toEqual(windowOf(source, 10, 0, 0, false));
  });

  it('crop is a window, every place and both directions alike', () => {
    const source = stored(10, channels);
    const places = Array.from({ length: 18 }, (_, i) => ({ left: i % 3, top: Math.floor(i / 3) % 3, flip: i >= 9 }));
    const windows = places.map(({ left, top, flip }) => windowOf(source, 8, left, top, flip).join());
    const seen = new Map<number, number>();
    for (let seed = 0; seed < 900; seed++) {
      const at = windows.indexOf(write('crop', source, 8, seed).join());
      expect(at).toBeGreaterThanOrEqual(0);
      seen.set(at, (seen.get(at) ?? 0) + 1);
    }
    // 50 each are expected; the standard deviation is 7.
    expect(seen.size).toBe(18);
    for (const count of seen.values()) expect(Math.abs(count - 50)).toBeLessThan(30);
  });

  it('pose without a bound is the middle, and moves within its bounds otherwise', () => {
    const source = stored(8, channels);
    const target = new Float32Array(64 * channels);
    writePose(target, source, 8, STILL, createRandom(1));
    expect([...target]).toEqual(windowOf(source, 8, 0, 0, false));
    expect(write('pose', source, 8)).not.toEqual([...target]);
  });
});

describe('pose', () => {
  it('shifts by whole pixels as a window does, white outside', () => {
    const source = stored(8, 1);
    // The third draw is the shift along x, the fourth that along y.
    const draws = [0.5, 0.5, 1, 0.5];
    const random = { ...createRandom(1), uniform: () => draws.shift() as number };
    const target = new Float32Array(64);
    writePose(target, source, 8, { ...STILL, shift: 0.25 }, random);
    const expected = Array.from({ length: 64 }, (_, i) =>
      i % 8 < 2 ? 1 : Math.fround((source.bytes[i - 2] as number) / 255),
    );
    expect([...target]).toEqual(expected);
  });

  it('keeps pixels in [0,1] and white pictures white', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1 as const, 3 as const), (seed, channels) => {
        for (const value of write('pose', stored(9, channels), 8, seed)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        const white = { ...stored(8, channels), bytes: new Uint8Array(64 * channels).fill(255) };
        expect(Math.min(...write('pose', white, 8, seed))).toBeGreaterThan(1 - 1e-6);
      }),
      { numRuns: 50, seed: 1 },
    );
  });
});
