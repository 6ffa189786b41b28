import { describe, expect, it } from 'vitest';
import { rankQuery, retrieval } from '../../../attack/metrics/index.ts';
import { batchDistances } from '../../../trainer/miners/index.ts';
import type { Metric } from '../../../trainer/types.ts';
import { golden, type Matrix, type Vector } from '../support/golden.ts';
import { array } from '../support/tensors.ts';

interface MetricsResult {
  readonly metric: Metric;
  readonly rank: Vector;
  readonly ap: Vector;
  readonly 'r@1': number;
  readonly 'r@2': number;
  readonly mAP: number;
}

interface Metrics {
  readonly embeddings: Matrix;
  readonly labels: Vector;
  readonly results: readonly MetricsResult[];
  readonly hand_cases: readonly {
    readonly N: number;
    readonly positives: Vector;
    readonly rank: number;
    readonly ap: number;
  }[];
}

const reference = golden<Metrics>('metrics');
const embeddings = array(reference.embeddings);
const rows = reference.labels.map((_, row) => row);
/** Row 41 repeats row 40 under another label. The reference's sort puts now one first, now the other. */
const TWINS = [40, 41] as const;

/** Distances with the tie of the twins decided: the smallest possible step farther for one of them. */
function decided(distances: Float64Array, last: number): Float64Array {
  const result = Float64Array.from(distances);
  result[last] = (result[last] as number) + 1e-9;
  return result;
}

describe('retrieval metrics agree with the reference', () => {
  it.each(reference.results)('rank and average precision of each query in $metric', ({ metric, rank, ap }) => {
    const distances = batchDistances(embeddings, metric);
    const wrong = rows.filter((row) => {
      const own = distances.subarray(row * rows.length, (row + 1) * rows.length);
      return !TWINS.some((last) => {
        const found = rankQuery(decided(own, last), reference.labels, reference.labels[row] as number, row);
        return (
          found !== undefined &&
          found.rank === rank[row] &&
          Math.abs(found.averagePrecision - (ap[row] as number)) < 1e-5
        );
      });
    });
    // A twin as the query: the reference may drop the other one in its place.
    expect(wrong.filter((row) => !TWINS.some((twin) => twin === row))).toEqual([]);
  });

  it.each(reference.results.filter(({ metric }) => metric !== 'E'))('the means in $metric', (expected) => {
    const found = retrieval(embeddings, embeddings, reference.labels, rows);
    // Four queries at most change their first hit with the order of the twins.
    const slack = 4 / rows.length + 1e-6;
    expect(Math.abs(found.recallAt1 - expected['r@1'])).toBeLessThanOrEqual(slack);
    expect(Math.abs(found.recallAt2 - expected['r@2'])).toBeLessThanOrEqual(slack);
    expect(Math.abs(found.meanAveragePrecision - expected.mAP)).toBeLessThanOrEqual(slack);
    expect(found.queries).toBe(rows.length);
  });

  it.each(reference.hand_cases)('$N images with the class at $positives', ({ N, positives, rank, ap }) => {
    // The first position is the query itself.
    const distances = Array.from({ length: N }, (_, at) => at);
    const labels = distances.map((at) => (positives.includes(at) ? 1 : 0));
    const found = rankQuery(distances, labels, 1, 0);
    expect(found?.rank).toBe(rank);
    expect(found?.averagePrecision).toBeCloseTo(ap, 6);
  });
});
