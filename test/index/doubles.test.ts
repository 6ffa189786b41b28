import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Doubles } from '../../index/doubles.ts';
import { ExactIndex } from '../../index/exact.ts';

const vectorOf = (kind: number): Float32Array => Float32Array.of(Math.cos(kind), Math.sin(kind));

describe('doubles', () => {
  it('are all but the oldest of equal vectors', () => {
    const vectors = new ExactIndex(2);
    [0, 1, 0, 2, 0, 1].forEach((kind, i) => {
      vectors.add(i + 1, vectorOf(kind));
    });
    const doubles = new Doubles(vectors);
    expect([1, 2, 3, 4, 5, 6].filter((label) => doubles.isDouble(label))).toEqual([3, 5, 6]);
    expect(doubles.withDoubles([1, 4]).sort()).toEqual([1, 3, 4, 5]);
    expect(doubles.withDoubles([5, 1])).toHaveLength(3);
    vectors.add(7, vectorOf(3));
    expect(doubles.add(7)).toBe(false);
    expect(doubles.remove(1)).toBe(3);
    expect(doubles.remove(5)).toBeUndefined();
    expect(doubles.isDouble(3)).toBe(false);
  });

  it('are none where the numbers are equal and the bits are not', () => {
    const vectors = new ExactIndex(2);
    vectors.add(1, Float32Array.of(1, 0));
    vectors.add(2, Float32Array.of(1, -0));
    const doubles = new Doubles(vectors);
    expect(doubles.exist).toBe(false);
    expect(doubles.withDoubles([1, 2])).toEqual([1, 2]);
  });

  it('always have one original each, whatever is written', () => {
    const write = fc.record({ kind: fc.integer({ min: 0, max: 4 }), victim: fc.nat() });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
        const vectors = new ExactIndex(2);
        const doubles = new Doubles(vectors);
        const kinds = new Map<number, number>();
        for (const [i, { kind, victim }] of writes.entries()) {
          if (victim % 3 === 0 && kinds.size > 0) {
            const label = [...kinds.keys()][victim % kinds.size] as number;
            const wasOriginal = !doubles.isDouble(label);
            const next = doubles.remove(label);
            vectors.remove(label);
            const twins = [...kinds].filter(([other, each]) => other !== label && each === kinds.get(label));
            kinds.delete(label);
            expect(next).toBe(wasOriginal ? twins[0]?.[0] : undefined);
          } else {
            vectors.add(i, vectorOf(kind));
            expect(doubles.add(i)).toBe([...kinds.values()].includes(kind));
            kinds.set(i, kind);
          }
          for (const [label, each] of kinds) {
            const equal = [...kinds].filter(([, other]) => other === each).map(([other]) => other);
            expect(doubles.isDouble(label)).toBe(label !== equal[0]);
            expect(new Set(doubles.withDoubles([label]))).toEqual(new Set(equal));
          }
        }
      }),
      { seed: 1 },
    );
  });
});
