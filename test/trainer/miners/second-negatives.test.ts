import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { secondNegatives } from '../../../trainer/miners/second-negatives.ts';

const labels = [0, 0, 1, 1, 2, 2];

/** What is drawn for the first negative, of many draws. */
function drawn(negatives: readonly number[], reading: 'corrected' | 'released', of = labels): number[] {
  const random = createRandom('second');
  const rows = Array.from({ length: 200 }, () => secondNegatives(of, negatives, random, reading)[0] as number);
  return [...new Set(rows)].sort((a, b) => a - b);
}

describe('secondNegatives', () => {
  it('are mined negatives of another class than the first', () => {
    expect(drawn([2, 4, 0, 3], 'corrected')).toEqual([0, 4]);
  });

  it('are, as released, the rows that have the number of their place', () => {
    expect(drawn([2, 4, 0, 3], 'released')).toEqual([1, 2]);
  });

  it('are any row of another class where no mined one is', () => {
    expect(drawn([2, 3, 2], 'corrected')).toEqual([0, 1, 4, 5]);
    expect(drawn([2, 3, 2], 'released')).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('are any row where the only place is the first, as released', () => {
    const random = createRandom('first');
    const second = Array.from({ length: 200 }, () => secondNegatives(labels, [2, 4], random, 'released')[1] as number);
    expect(new Set(second).size).toBe(6);
  });

  it('are any row in a batch of one class', () => {
    expect(drawn([0, 1], 'corrected', [3, 3])).toEqual([0, 1]);
  });
});
