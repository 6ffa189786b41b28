import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { spc2 } from '../../trainer/samplers/index.ts';

const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 40 });
const pairs = fc.integer({ min: 1, max: 9 });
const anchorsOf = (batches: readonly (readonly number[])[]): number[] =>
  batches.flatMap((batch) => batch.filter((_, i) => i % 2 === 0));

describe('the SPC-2 sampler', () => {
  it('takes every image as an anchor once per epoch', () => {
    fc.assert(
      fc.property(labels, pairs, (classes, size) => {
        const anchors = anchorsOf(spc2.epoch(classes, size, createRandom(1)));
        expect([...anchors].sort((a, b) => a - b)).toEqual([...classes.keys()]);
      }),
      { seed: 1 },
    );
  });

  it('pairs each anchor with an image of its class', () => {
    fc.assert(
      fc.property(labels, pairs, (classes, size) => {
        for (const batch of spc2.epoch(classes, size, createRandom(2)))
          for (let i = 0; i < batch.length; i += 2)
            expect(classes[batch[i + 1] as number]).toBe(classes[batch[i] as number]);
      }),
      { seed: 1 },
    );
  });

  it('fills all batches but the last', () => {
    fc.assert(
      fc.property(labels, pairs, (classes, size) => {
        const sizes = spc2.epoch(classes, size, createRandom(3)).map((batch) => batch.length / 2);
        expect(sizes.slice(0, -1).every((count) => count === size)).toBe(true);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(classes.length);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
      }),
      { seed: 1 },
    );
  });

  it('draws the partner from the whole class, the anchor itself included, equally often', () => {
    const random = createRandom('partners');
    const counts = [0, 0, 0, 0];
    for (let epoch = 0; epoch < 500; epoch++)
      for (const [anchor = -1, partner = -1] of spc2.epoch([5, 5, 5, 5], 1, random))
        counts[(partner - anchor + 4) % 4] = (counts[(partner - anchor + 4) % 4] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(80);
  });

  it('shuffles anew in each epoch, and the same for equal seeds', () => {
    const classes = Array.from({ length: 30 }, (_, i) => i % 5);
    const random = createRandom(9);
    const [first, second] = [spc2.epoch(classes, 4, random), spc2.epoch(classes, 4, random)];
    expect(anchorsOf(first)).not.toEqual(anchorsOf(second));
    expect(spc2.epoch(classes, 4, createRandom(9))).toEqual(first);
  });
});
