import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { batchDistances, miners, releasedMiners } from '../../../trainer/miners/index.ts';
import { batches, onALine } from './batches.ts';

describe('the soft-hard miner', () => {
  it('takes what is nearer than the farthest of the class, and farther than the nearest of another', () => {
    // From the anchor at 0: its class at 1 and 4 and 2, others at 3, 5, 1.5 and 9.
    const { negatives, positives } = miners.softhard.candidates(
      onALine([0, 1, 3, 5, 4, 2, 1.5, 9], [0, 0, 1, 1, 0, 0, 2, 2]),
    );
    expect(negatives[0]).toEqual([2, 6]);
    expect(positives[0]).toEqual([4, 5]);
  });

  it('has the whole class for positives where none is hard, and all others for negatives', () => {
    const { negatives, positives } = miners.softhard.candidates(onALine([0, 1, 5, 6], [0, 0, 1, 1]));
    expect([positives[0], negatives[0]]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});

describe('the hard miner', () => {
  it('takes the nearest row of another class', () => {
    fc.assert(
      fc.property(batches, (input) => {
        const rows = input.labels.length;
        const distances = batchDistances(input.embeddings, input.metric);
        const { anchors, negatives, alone } = miners.hard.candidates(input);
        anchors.forEach((anchor, k) => {
          if (alone?.[k]) return;
          const others = Array.from({ length: rows }, (_, row) => row).filter(
            (row) => input.labels[row] !== input.labels[anchor],
          );
          const at = (row: number): number => distances[anchor * rows + row] as number;
          expect(negatives[k]).toEqual([others.sort((a, b) => at(a) - at(b) || a - b)[0]]);
        });
      }),
      { seed: 1 },
    );
  });

  it('leaves out equal pictures, and takes the first of equally near ones', () => {
    const { negatives } = miners.hard.candidates(onALine([0, 1, 0, 2, -2, 9], [0, 0, 1, 1, 2, 2]));
    expect(negatives[0]).toEqual([3]);
  });

  it('leaves out equal pictures that rounding has moved apart', () => {
    const random = createRandom('rounding');
    for (let i = 0; i < 20; i++) {
      const row = Array.from({ length: 9 }, () => random.normal());
      // Rows 0 and 2 point the same way; in float32 a third of a row is not quite its third.
      const rows = [row, row, row.map((value) => value / 3), row.map((value) => -value)];
      const embeddings = ndarray(Float32Array.from(rows.flat()), [4, 9]);
      const input = { ...onALine([0, 0, 0, 0], [0, 0, 1, 1]), embeddings, metric: 'C' as const };
      expect(miners.hard.candidates(input).negatives[0]).toEqual([3]);
    }
  });

  it('falls back on all rows in a batch of one class, where the released one stops', () => {
    const input = onALine([0, 1, 2, 3], [7, 7, 7, 7]);
    expect(miners.hard.candidates(input).negatives[0]).toEqual([0, 1, 2, 3]);
    expect(() => releasedMiners.hard.candidates(input)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('one class') }),
    );
  });
});

describe('the distance-weighted miner', () => {
  it('weighs by the inverse of the density of distances on a sphere', () => {
    fc.assert(
      fc.property(batches, (input) => {
        const [rows = 0, dimension = 0] = input.embeddings.shape;
        const distances = batchDistances(input.embeddings, 'N');
        const { anchors, negatives, probabilities, alone } = miners.distance.candidates(input);
        anchors.forEach((anchor, k) => {
          if (alone?.[k]) return;
          const density = (row: number): number => {
            const d = distances[anchor * rows + row] as number;
            return d ** (dimension - 2) * (1 - d ** 2 / 4) ** ((dimension - 3) / 2);
          };
          const weights = (negatives[k] ?? []).map((row) => 1 / density(row));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          weights.forEach((weight, i) => {
            expect(probabilities?.[k]?.[i]).toBeCloseTo(weight / total, 6);
          });
        });
      }),
      { seed: 1 },
    );
  });

  it('takes all other classes where the weights are no numbers; as released, the whole batch', () => {
    // Farther from one another than a sphere is wide.
    const input = onALine([0, 5, 10, 15], [0, 0, 1, 1]);
    const [corrected, released] = [miners.distance.candidates(input), releasedMiners.distance.candidates(input)];
    expect([corrected.negatives[0], corrected.probabilities?.[0]]).toEqual([
      [2, 3],
      [0.5, 0.5],
    ]);
    expect([released.negatives[0], released.probabilities?.[0]]).toEqual([
      [0, 1, 2, 3],
      [0.25, 0.25, 0.25, 0.25],
    ]);
  });
});
