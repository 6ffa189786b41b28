import fc from 'fast-check';
import type { OpCase } from './agreement.ts';

/** The cases whose gradients are compared. */
export const smooth = (cases: readonly OpCase[]): OpCase[] => cases.filter((test) => test.differentiable !== false);

/** A shape of up to five axes with few elements. */
export const smallShape = (minRank = 0, maxRank = 5): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: minRank, maxLength: maxRank });

/** Some of the axes of a shape, some of them counted from the end. */
export const someAxes = (rank: number): fc.Arbitrary<number[]> =>
  fc
    .subarray(Array.from({ length: rank }, (_, i) => i))
    .chain((axes) =>
      fc
        .tuple(...axes.map((axis) => fc.boolean().map((fromEnd) => (fromEnd ? axis - rank : axis))))
        .map((list) => [...list]),
    );

/** One axis of a shape. */
export const anAxis = (rank: number): fc.Arbitrary<number> => fc.integer({ min: -rank, max: rank - 1 });

/** Two shapes that broadcast: of one shape, each keeps the last axes, some of them as ones. */
export const broadcastingPair = (): fc.Arbitrary<[number[], number[]]> =>
  smallShape().chain((shape) => {
    const part = fc
      .record({
        rank: fc.integer({ min: 0, max: shape.length }),
        ones: fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      })
      .map(({ rank, ones }) => shape.map((size, axis) => (ones[axis] ? 1 : size)).slice(shape.length - rank));
    return fc.tuple(part, part);
  });
