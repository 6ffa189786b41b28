import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalisedRows } from '../../../attack/rows.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { miners, releasedMiners } from '../../../trainer/miners/index.ts';
import type { MinerInput } from '../../../trainer/types.ts';
import { batches, onALine } from './batches.ts';

const labels = [0, 0, 1, 1, 0, 0];

describe('miners of groups', () => {
  it('lifted: all others of the class; npair: the own positive; all: the anchor too', () => {
    const input = onALine([0, 1, 2, 3, 4, 5], labels);
    const found = (['lifted', 'npair', 'all'] as const).map((name) => miners[name].candidates(input));
    expect(found.map(({ positives }) => positives[0])).toEqual([[1, 4, 5], [1], [0, 1, 4, 5]]);
    for (const { negatives } of found)
      expect(negatives).toEqual([
        [2, 3],
        [0, 1, 4, 5],
        [2, 3],
      ]);
  });
});

describe('the selection of the multi-similarity loss', () => {
  it('is what the comparison with the hardest pair leaves', () => {
    fc.assert(
      fc.property(batches, (input) => {
        const [rows = 0, dimension = 0] = input.embeddings.shape;
        const unit = normalisedRows(input.embeddings.data, rows, dimension);
        const { anchors, positives, negatives } = miners.multisimilarity.candidates(input);
        const every = Array.from({ length: rows }, (_, row) => row);
        anchors.forEach((anchor, k) => {
          const cosine = (row: number): number => {
            let sum = 0;
            for (let d = 0; d < dimension; d++)
              sum += (unit[anchor * dimension + d] as number) * (unit[row * dimension + d] as number);
            return sum;
          };
          const same = every.filter((row) => row !== anchor && input.labels[row] === input.labels[anchor]);
          const other = every.filter((row) => input.labels[row] !== input.labels[anchor]);
          const some = (list: number[], test: (row: number) => boolean): boolean => list.some(test);
          expect(positives[k]).toEqual(same.filter((p) => some(other, (n) => cosine(p) - 0.1 < cosine(n))));
          expect(negatives[k]).toEqual(other.filter((n) => some(same, (p) => cosine(n) + 0.1 > cosine(p))));
        });
      }),
      { seed: 1 },
    );
  });

  it('selects nothing where classes lie far apart, and everything as released', () => {
    const points = [1, 0, 1, 0.1, 0, 1, 0.1, 1];
    const input: MinerInput = {
      ...onALine([0, 0, 0, 0], [0, 0, 1, 1]),
      embeddings: ndarray(Float32Array.from(points), [4, 2]),
    };
    const [corrected, released] = [miners, releasedMiners].map((each) => each.multisimilarity.candidates(input));
    expect([corrected?.positives, corrected?.negatives]).toEqual([
      [[], []],
      [[], []],
    ]);
    expect([released?.positives[0], released?.negatives[0]]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});
