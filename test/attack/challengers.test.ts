import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challenges, type Neighbourhood, passedAfter } from '../../attack/challengers.ts';
import { createRandom } from '../../base/random.ts';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** A query and its neighbours in order, drawn on a sphere. */
function drawn(seed: number, places: number, behind: number): Neighbourhood {
  const random = createRandom(`challengers/${seed}`);
  const unit = (): Float32Array => {
    const raw = Float32Array.from({ length: 6 }, () => random.normal());
    return raw.map((value) => value / Math.hypot(...raw));
  };
  const query = unit();
  const neighbours = Array.from({ length: places + behind }, unit).sort((a, b) => dot(query, b) - dot(query, a));
  return { query, neighbours, places };
}

/** How many candidates are nearer to a point than a result is. */
const nearerAt = ({ neighbours }: Neighbourhood, index: number, point: ArrayLike<number>): number =>
  neighbours.filter((other) => dot(point, other) > dot(point, neighbours[index] as ArrayLike<number>) + 1e-9).length;

const shifted = (direction: ArrayLike<number>, shift: number): Float64Array =>
  Float64Array.from(direction, (value) => -shift * value);

const moved = (query: ArrayLike<number>, direction: ArrayLike<number>, shift: number): Float64Array =>
  Float64Array.from(query, (value, i) => value - shift * (direction[i] as number));

describe('a challenge', () => {
  it('is there for every result as soon as one candidate is outside the list, and for none before', () => {
    const { query, neighbours } = drawn(1, 4, 1);
    for (let index = 0; index < 4; index++) {
      expect(challenges({ query, neighbours, places: 4 })[index]?.needed).toBe(4 - index);
      expect(challenges({ query, neighbours, places: 5 })[index]).toBeUndefined();
      expect(challenges({ query, neighbours, places: 9 })[index]).toBeUndefined();
    }
  });

  it('reads no vector where no result is asked for', () => {
    const unread = new Proxy(new Float32Array(6), {
      get() {
        throw new Error('read');
      },
    });
    expect(challenges({ query: unread, neighbours: [unread, unread], places: 1 }, 0)).toEqual([]);
    expect(() => challenges({ query: unread, neighbours: [unread, unread], places: 1 })).toThrow('read');
  });

  it('goes by the nearest plane, not by the nearest candidate', () => {
    const unit = (degrees: number, side = 0): number[] => {
      const flat = Math.cos(side);
      const radians = (degrees * Math.PI) / 180;
      return [flat * Math.cos(radians), flat * Math.sin(radians), Math.sin(side)];
    };
    // The first outside is the result's neighbour, a little farther from the query; the second lies on the other side.
    const [result, beside, opposite] = [unit(10), unit(10.2, 0.01), unit(-11)];
    const query = unit(0);
    const found = challenges({ query, neighbours: [result, beside, opposite], places: 1 })[0];
    const difference = result.map((value, i) => value - (opposite[i] as number));
    const length = Math.hypot(...difference);
    const along = difference.map((value) => value / length);
    expect(dot(found?.direction ?? [], along)).toBeCloseTo(1, 6);
  });

  it('goes past several at once by the sum of their differences', () => {
    const neighbours = [
      [0.8, 0.6, 0, 0],
      [0.7, 0, Math.sqrt(0.51), 0],
      [0.6, 0, 0, 0.8],
      [-1, 0, 0, 0],
    ];
    const found = challenges({ query: [1, 0, 0, 0], neighbours, places: 2 })[0];
    const sum = [0.8 * 2 - 0.7 - 0.6, 1.2, -Math.sqrt(0.51), -0.8];
    sum.forEach((value, i) => {
      expect(found?.direction[i]).toBeCloseTo(value / Math.hypot(...sum), 6);
    });
  });
});

describe('challengers on opposite sides', () => {
  it('are all come nearer to, where one direction does it', () => {
    // Two close together outweigh the one on the other side in the plain sum.
    const raw = [
      [1, 0, 0.01],
      [1, 0.5, 0.3],
      [1, 0.5, 0.31],
      [1, -0.4, 0.1],
    ];
    const neighbours = raw.map((vector) => vector.map((value) => value / Math.hypot(...vector)));
    const found = challenges({ query: [1, 0, 0], neighbours, places: 3 })[0];
    const [result = [], ...others] = neighbours;
    const differences = others.map((other) => result.map((value, i) => value - (other[i] as number)));
    const sum = [0, 1, 2].map((i) => differences.reduce((total, one) => total + (one[i] as number), 0));
    expect(differences.some((difference) => dot(difference, sum) < 0)).toBe(true);
    expect(differences.every((difference) => dot(difference, found?.direction ?? []) > 0)).toBe(true);
  });
});

describe('passing', () => {
  it('happens when the result is out of the list, neither sooner nor later', () => {
    const place = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), place, fc.integer({ min: 1, max: 8 }), (seed, index, behind) => {
        const around = drawn(seed, 5, behind);
        const { query } = around;
        const found = challenges(around)[index];
        if (found === undefined) throw new Error('no challenge');
        const shift = passedAfter(found, shifted(found.direction, 1));
        fc.pre(Number.isFinite(shift) && shift < 10);
        // Those ahead may have been overtaken on the way: only those behind are counted.
        const behindIt = { ...around, neighbours: around.neighbours.slice(index) };
        expect(nearerAt(behindIt, 0, moved(query, found.direction, shift * 1.001))).toBeGreaterThanOrEqual(5 - index);
        expect(nearerAt(behindIt, 0, moved(query, found.direction, shift * 0.999))).toBeLessThan(5 - index);
      }),
      { seed: 1 },
    );
  });

  it('scales with the move', () => {
    const around = drawn(3, 3, 4);
    const found = challenges(around)[1];
    if (found === undefined) throw new Error('no challenge');
    const once = passedAfter(found, shifted(found.direction, 0.1));
    expect(passedAfter(found, shifted(found.direction, 0.2))).toBeCloseTo(once / 2, 9);
  });

  it('has happened where the challengers are doubles of the result', () => {
    const [query, result] = [
      [1, 0],
      [0.6, 0.8],
    ];
    const found = challenges({ query, neighbours: [result, result, result], places: 2 })[0];
    if (found === undefined) throw new Error('no challenge');
    expect([...found.direction]).toEqual([0, 0]);
    expect(passedAfter(found, query)).toBe(0);
  });

  it('never happens when the query does not move, or moves towards the result', () => {
    const around = drawn(4, 2, 3);
    const found = challenges(around)[0];
    if (found === undefined) throw new Error('no challenge');
    expect(passedAfter(found, shifted(found.direction, 0))).toBe(Number.POSITIVE_INFINITY);
    expect(passedAfter(found, shifted(found.direction, -1))).toBe(Number.POSITIVE_INFINITY);
  });
});
