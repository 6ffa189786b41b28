import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { aside } from '../../../index/shared/aside.ts';
import { randomUnit } from '../support/vectors.ts';

const far = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - Number(b[i])));

describe('a vector that is put aside', () => {
  it.each([2, 8, 128, 512])('has unit length and lies close to its original (%i dimensions)', (dimension) => {
    const vector = randomUnit(createRandom('aside'), dimension);
    const moved = aside(vector, 7);
    expect(Math.hypot(...moved)).toBeCloseTo(1, 6);
    expect(far(vector, moved)).toBeLessThan(0.0201);
    // What it moves straight outwards is lost by the length.
    if (dimension >= 8) expect(far(vector, moved)).toBeGreaterThan(0.01);
  });

  it('is where its label says, and no other label says so', () => {
    const vector = randomUnit(createRandom('labels'), 128);
    expect(aside(vector, 1)).toEqual(aside(vector, 1));
    const all = Array.from({ length: 50 }, (_, label) => aside(vector, label));
    for (const [i, one] of all.entries()) {
      for (const other of all.slice(0, i)) expect(far(one, other)).toBeGreaterThan(0.015);
    }
  });
});
