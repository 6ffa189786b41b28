import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../base/errors.ts';
import { createRandom, type Random } from '../../base/random.ts';
import { decodePicture, MAX_SIDE } from '../../embedding/decode.ts';
import { image, testPicture } from './pictures.ts';

const source = testPicture(24, 20);
const MUTATIONS = 300;
const ALLOWED = ['IMAGE_TYPE_UNSUPPORTED', 'IMAGE_TOO_MANY_PIXELS', 'IMAGE_UNREADABLE'];

/** One to four random changes: a bit, a byte, a run removed, doubled or zeroed, an early end. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let result = Buffer.from(bytes);
  for (let changes = 1 + random.integer(4); changes > 0 && result.length > 0; changes--) {
    const at = random.integer(result.length);
    const end = Math.min(result.length, at + 1 + random.integer(16));
    const [before, run, after] = [result.subarray(0, at), result.subarray(at, end), result.subarray(end)];
    const kinds = [
      () => Buffer.concat([before, run.map((byte, i) => (i === 0 ? byte ^ (1 << random.integer(8)) : byte)), after]),
      () => Buffer.concat([before, run.map((byte, i) => (i === 0 ? random.integer(256) : byte)), after]),
      () => Buffer.concat([before, after]),
      () => Buffer.concat([before, run, run, after]),
      () => Buffer.concat([before, Buffer.alloc(run.length), after]),
      () => before,
    ];
    result = Buffer.from(random.pick(kinds)());
  }
  return result;
}

describe('damaged files', () => {
  it.each([
    ['PNG', () => image(source).png().toBuffer()],
    ['JPEG', () => image(source).jpeg().toBuffer()],
    ['WebP', () => image(source).webp().toBuffer()],
  ])('a damaged %s is a picture of sound shape or an error of the catalogue', async (name, make) => {
    const original = await make();
    const random = createRandom(`mutations of ${name}`);
    let refused = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      try {
        const { width, height, data } = await decodePicture(mutate(original, random));
        expect(data.length).toBe(width * height * 3);
        expect(Math.max(width, height)).toBeLessThanOrEqual(MAX_SIDE);
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        expect(ALLOWED).toContain(error.code);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(MUTATIONS / 4);
  });
});
