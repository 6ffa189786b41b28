import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { ExactIndex } from '../../index/exact.ts';
import { axis, randomUnit, randomUnits } from './support/vectors.ts';

const DIMENSION = 13;

/** Distances by the definition, in double precision. */
function naive(query: Float32Array, stored: ReadonlyMap<number, Float32Array>): { label: number; distance: number }[] {
  return [...stored]
    .map(([label, vector]) => ({ label, distance: Math.hypot(...vector.map((value, i) => value - (query[i] ?? 0))) }))
    .sort((a, b) => a.distance - b.distance || a.label - b.label);
}

describe('exact search', () => {
  it('agrees with the definition through additions and removals', () => {
    const random = createRandom('exact');
    const index = new ExactIndex(DIMENSION);
    const stored = new Map<number, Float32Array>();
    for (let label = 1; label <= 300; label++) {
      const vector = randomUnit(random, DIMENSION);
      index.add(label, vector);
      stored.set(label, vector);
      if (random.uniform() < 0.4) {
        const gone = random.pick([...stored.keys()]);
        index.remove(gone);
        stored.delete(gone);
      }
    }
    expect(index.count).toBe(stored.size);
    for (const query of randomUnits(random, 20, DIMENSION)) {
      const found = index.nearest(query, 10);
      const wanted = naive(query, stored).slice(0, 10);
      expect(found.map(({ label }) => label)).toEqual(wanted.map(({ label }) => label));
      found.forEach(({ distance }, rank) => {
        expect(distance).toBeCloseTo(wanted[rank]?.distance ?? -1, 5);
      });
    }
  });

  it.each([1, 2, 3, 4, 5, 7, 8])('measures vectors of %d numbers', (dimension) => {
    const index = new ExactIndex(dimension);
    index.add(1, new Float32Array(dimension).fill(1));
    expect(index.nearest(new Float32Array(dimension).fill(3), 1)[0]?.distance).toBeCloseTo(2 * Math.sqrt(dimension), 6);
  });

  it('gives distance zero for the vector itself', () => {
    const random = createRandom('self');
    const index = new ExactIndex(64);
    const vectors = randomUnits(random, 50, 64);
    vectors.forEach((vector, label) => {
      index.add(label, vector);
    });
    vectors.forEach((vector, label) => {
      expect(index.nearest(vector, 1)).toEqual([{ label, distance: 0 }]);
    });
  });

  it('ranks equal distances by age', () => {
    const index = new ExactIndex(2);
    for (const label of [5, 3, 8, 1]) index.add(label, axis(2, 0));
    index.remove(3);
    expect(index.nearest(axis(2, 1), 9).map(({ label }) => label)).toEqual([1, 5, 8]);
  });

  it('looks at the labels it is given only', () => {
    const index = new ExactIndex(3);
    for (let i = 0; i < 3; i++) index.add(i, axis(3, i));
    expect(index.nearest(axis(3, 0), 2, [2, 1]).map(({ label }) => label)).toEqual([1, 2]);
  });

  it('returns all there are when more are asked for', () => {
    const index = new ExactIndex(2);
    expect(index.nearest(axis(2, 0), 3)).toEqual([]);
    index.add(1, axis(2, 0));
    expect(index.nearest(axis(2, 0), 1e12)).toHaveLength(1);
  });
});

describe('the matrix of vectors', () => {
  it('gives out copies', () => {
    const index = new ExactIndex(2);
    index.add(1, axis(2, 0));
    index.vector(1).fill(9);
    expect([...index.vector(1)]).toEqual([1, 0]);
  });

  it('has its labels oldest first, however they moved', () => {
    const index = new ExactIndex(2);
    for (let label = 1; label <= 40; label++) index.add(label, axis(2, 0));
    for (const label of [1, 20, 40]) index.remove(label);
    const labels = index.sortedLabels();
    expect(labels).toHaveLength(37);
    expect(labels).toEqual([...labels].sort((a, b) => a - b));
    expect(index.has(20)).toBe(false);
    expect(index.has(21)).toBe(true);
  });

  it('refuses a label twice, and one that is not there', () => {
    const index = new ExactIndex(2);
    index.add(1, axis(2, 0));
    expect(() => index.add(1, axis(2, 0))).toThrow(RangeError);
    expect(() => index.remove(2)).toThrow(RangeError);
    expect(() => index.vector(2)).toThrow(RangeError);
    expect(() => index.nearest(axis(2, 0), 1, [2])).toThrow(RangeError);
  });

  it('can be emptied and filled again', () => {
    const index = new ExactIndex(2);
    index.add(1, axis(2, 0));
    index.remove(1);
    expect(index.count).toBe(0);
    index.add(2, axis(2, 1));
    expect([...index.vector(2)]).toEqual([0, 1]);
  });
});
