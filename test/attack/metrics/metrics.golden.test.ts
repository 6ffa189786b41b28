import { describe, expect, it } from 'vitest';
import { batchMean, classDistances, nearest, rankQuery, retrieval, separation } from '../../../attack/metrics/index.ts';
import type { Metric } from '../../../attack/types.ts';
import { batchDistances } from '../../../trainer/miners/index.ts';
import { expectNear, golden, type Matrix, type Vector } from '../support/golden.ts';
import { array } from '../support/tensors.ts';

interface MetricsResult {
  readonly metric: Metric;
  readonly rank: Vector;
  readonly ap: Vector;
  readonly map_at_10: Vector;
  readonly 'r@1': number;
  readonly 'r@2': number;
  readonly mAP: number;
  readonly 'mAP@R': number;
  readonly catride_lists: { readonly inter_counts: Vector; readonly intra_first_query: Vector };
  readonly class_distances: Readonly<Record<string, number>>;
}

interface Metrics {
  readonly embeddings: Matrix;
  readonly labels: Vector;
  readonly results: readonly MetricsResult[];
  readonly batched_mean_example: {
    readonly batch_size: number;
    readonly 'per_batch_r@1': Vector;
    readonly 'reported_r@1': number;
    readonly 'plain_mean_r@1': number;
  };
  readonly hand_cases: readonly {
    readonly N: number;
    readonly positives: Vector;
    readonly rank: number;
    readonly ap: number;
    readonly map_at_10: number;
  }[];
}

const reference = golden<Metrics>('metrics');
const embeddings = array(reference.embeddings);
const { labels } = reference;
const rows = labels.map((_, row) => row);
/** Two rows repeat each other under different labels. The reference's sort puts now one first, now the other. */
const TWINS = rows.filter((row) =>
  rows.some((other) => other !== row && `${reference.embeddings[other]}` === `${reference.embeddings[row]}`),
);

const listOf = (metric: Metric, row: number): Float64Array =>
  batchDistances(embeddings, metric).subarray(row * rows.length, (row + 1) * rows.length);

/** Distances with the tie of the twins decided: the smallest possible step farther for one of them. */
function decided(distances: Float64Array, last: number): Float64Array {
  const result = Float64Array.from(distances);
  result[last] = (result[last] as number) + 1e-9;
  return result;
}

describe('retrieval metrics agree with the reference', () => {
  it('has a pair of twins', () => {
    expect(TWINS).toHaveLength(2);
  });

  it.each(reference.results)('rank and both precisions of each query in $metric', ({ metric, rank, ap, map_at_10 }) => {
    const wrong = rows.filter((row) => {
      const own = listOf(metric, row);
      return !TWINS.some((last) => {
        const found = rankQuery(decided(own, last), labels, labels[row] as number, row);
        return (
          found !== undefined &&
          found.rank === rank[row] &&
          Math.abs(found.averagePrecision - (ap[row] as number)) < 1e-5 &&
          Math.abs(found.averagePrecisionAt10 - (map_at_10[row] as number)) < 1e-5
        );
      });
    });
    // A twin as the query: the reference may drop the other one in its place.
    expect(wrong.filter((row) => !TWINS.some((twin) => twin === row))).toEqual([]);
  });

  it.each(reference.results.filter(({ metric }) => metric !== 'E'))('the means in $metric', (expected) => {
    const found = retrieval(embeddings, embeddings, labels, rows);
    // Two queries may change their first hit with the order of the twins.
    const slack = 2 / rows.length + 1e-6;
    expect(Math.abs(found.recallAt1 - expected['r@1'])).toBeLessThanOrEqual(slack);
    expect(Math.abs(found.recallAt2 - expected['r@2'])).toBeLessThanOrEqual(slack);
    expect(Math.abs(found.meanAveragePrecision - expected.mAP)).toBeLessThanOrEqual(slack);
    expect(Math.abs(found.meanAveragePrecisionAt10 - expected['mAP@R'])).toBeLessThanOrEqual(slack);
    expect(found.queries).toBe(rows.length);
  });

  it.each(reference.hand_cases)('$N images with the class at $positives', ({ N, positives, rank, ap, map_at_10 }) => {
    // The first position is the query itself, which the released evaluation takes to be what is nearest.
    const distances = Array.from({ length: N }, (_, at) => at);
    const given = distances.map((at) => (positives.includes(at) ? 1 : 0));
    const found = rankQuery(distances, given, 1, nearest(distances));
    expect(found?.rank).toBe(rank);
    expect(found?.averagePrecision).toBeCloseTo(ap, 6);
    expect(found?.averagePrecisionAt10).toBeCloseTo(map_at_10, 6);
  });

  it('means of batches', () => {
    const { batch_size, 'per_batch_r@1': batches, ...means } = reference.batched_mean_example;
    const values = batches.flatMap((share, i) => {
      const size = Math.min(batch_size, rows.length - i * batch_size);
      return Array.from({ length: size }, (_, at) => Number(at < Math.round(share * size)));
    });
    expect(batchMean(values, batch_size)).toBeCloseTo(means['reported_r@1'], 9);
    expect(batchMean(values, values.length)).toBeCloseTo(means['plain_mean_r@1'], 9);
  });

  it.each(reference.results)('distances within and between classes in $metric', ({ metric, ...expected }) => {
    const parts = rows.map((row) => classDistances(listOf(metric, row), labels, labels[row] as number, row));
    const same = parts.filter(({ interCount }, row) => interCount === expected.catride_lists.inter_counts[row]);
    expect(same.length).toBeGreaterThanOrEqual(rows.length - TWINS.length);
    const { inter_pooled_mean, intra_pooled_mean, entanglement_pooled } = expected.class_distances;
    const found = separation(parts);
    expectNear(
      [found.inter, found.intra, found.entanglement],
      [inter_pooled_mean, intra_pooled_mean, entanglement_pooled].map((value) => value ?? Number.NaN),
    );
    const { intra, intraCount } = parts[0] ?? { intra: 0, intraCount: 0 };
    expect(intraCount).toBe(expected.catride_lists.intra_first_query.length);
    expectNear(
      [intra],
      expected.catride_lists.intra_first_query.reduce((a, b) => a + b, 0),
    );
  });
});
