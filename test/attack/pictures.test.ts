import { describe, expect, it } from 'vitest';
import { amplificationFor, normsOf, perturbationOf, toLevels } from '../../attack/pictures.ts';

describe('pictures of an attack', () => {
  const clean = Uint8Array.of(0, 10, 128, 250, 255);

  it('are whole levels, within epsilon of the clean ones and within 0 to 255', () => {
    const attacked = [-0.1, 20 / 255, 128.4 / 255, 1.2, 0.5];
    expect([...toLevels(attacked, clean, 3)]).toEqual([0, 13, 128, 253, 252]);
    expect([...toLevels(attacked, clean, 0)]).toEqual([...clean]);
  });

  it('are measured', () => {
    expect(normsOf(Uint8Array.of(0, 13, 124, 250, 255), clean)).toEqual({ linf: 4, l2: 5 / 255 });
  });

  it.each([0, 1, 8, 32])('show a change of %i levels around grey without clipping', (epsilon) => {
    const factor = amplificationFor(epsilon);
    const up = perturbationOf(
      clean.map((level) => level + epsilon),
      clean,
      factor,
    );
    expect(factor).toBeGreaterThanOrEqual(1);
    expect(up[2]).toBe(128 + factor * epsilon);
    expect(128 + factor * epsilon).toBeLessThanOrEqual(255);
    expect(128 - factor * epsilon).toBeGreaterThanOrEqual(0);
  });
});
