import { describe, expect, it } from 'vitest';
import { batchDistances, gradualMargin, miners } from '../../trainer/miners/index.ts';
import type { Metric, MinerInput } from '../../trainer/types.ts';
import { expectNear, golden, type Matrix, type Vector } from '../attack/support/golden.ts';
import { array } from '../attack/support/tensors.ts';

interface MinerResult {
  readonly method: string;
  readonly metric: Metric;
  readonly margin: number | null;
  readonly epoch?: number;
  readonly maxepoch?: number;
  readonly margin_g?: number;
  readonly anchor: Vector;
  readonly positive_candidates: Matrix;
  readonly negative_candidates: Matrix;
}

interface Batch {
  readonly name: string;
  readonly repres: Matrix;
  readonly labels: Vector;
  readonly pdist: Readonly<Record<Metric, Matrix>>;
  readonly results: readonly MinerResult[];
}

const { batches } = golden<{ readonly batches: readonly Batch[] }>('miners');
const known = new Set(miners.map(({ name }) => name));
const cases = batches.flatMap((batch) =>
  batch.results
    .filter(({ method }) => known.has(method))
    .map((result) => ({ batch, result, of: batch.name, ...result })),
);

function inputOf(batch: Batch, result: MinerResult): MinerInput {
  return {
    embeddings: array(batch.repres),
    labels: batch.labels,
    metric: result.metric,
    margin: result.margin ?? Number.NaN,
    epoch: result.epoch ?? 0,
    epochs: result.maxepoch ?? 1,
  };
}

describe('miners agree with the reference', () => {
  it('the reference has cases of every miner', () => {
    expect(new Set(cases.map(({ method }) => method))).toEqual(known);
    expect(cases.length).toBeGreaterThanOrEqual(90);
  });

  it.each(batches)('distances of the batch $name', ({ repres, pdist }) => {
    const rows = repres.length;
    for (const metric of ['E', 'N', 'C'] as const) {
      // Off the diagonal: on it the reference leaves rounding, and a root makes 3e-4 of that.
      const actual = batchDistances(array(repres), metric);
      const pairs = pdist[metric].flatMap((row, i) => row.map((expected, j) => ({ i, j, expected })));
      const apart = pairs.filter(({ i, j, expected }) => i !== j && expected > 1e-2);
      expectNear(
        apart.map(({ i, j }) => actual[i * rows + j] as number),
        apart.map(({ expected }) => expected),
      );
      for (const { i, j, expected } of pairs)
        if (!(expected > 1e-2)) expect(Math.abs(actual[i * rows + j] as number)).toBeLessThan(1.2e-2);
    }
  });

  it.each(cases)('$method in $metric, margin $margin, epoch $epoch: $of', ({ batch, result }) => {
    const miner = miners.find(({ name }) => name === result.method);
    const found = miner?.candidates(inputOf(batch, result));
    expect(found?.anchors).toEqual(result.anchor);
    expect(found?.positives).toEqual(result.positive_candidates);
    expect(found?.negatives).toEqual(result.negative_candidates);
  });

  it('the gradual margin falls as the reference lets it fall', () => {
    for (const { epoch, maxepoch, margin_g } of cases)
      if (margin_g !== undefined) expect(gradualMargin(epoch ?? 0, maxepoch ?? 1)).toBeCloseTo(margin_g, 12);
  });
});
