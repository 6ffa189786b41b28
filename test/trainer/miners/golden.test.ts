import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import {
  batchDistances,
  drawTriplets,
  everyTriplet,
  gradualMargin,
  type MinerName,
  releasedMiners,
} from '../../../trainer/miners/index.ts';
import type { Candidates, Metric, MinerInput } from '../../../trainer/types.ts';
import { expectNear, golden, type Matrix, type Vector } from '../../attack/support/golden.ts';
import { array } from '../../attack/support/tensors.ts';

interface MinerResult {
  readonly method: `spc2-${MinerName}`;
  readonly metric: Metric;
  readonly margin: number | null;
  readonly epoch?: number;
  readonly maxepoch?: number;
  readonly margin_g?: number;
  readonly anchor: Vector;
  readonly error?: string;
  /** Lists of candidates, each a single row where the miner decides by itself. */
  readonly positive_candidates?: Matrix;
  readonly negative_candidates?: Matrix;
  readonly positive?: readonly (number | Vector)[];
  readonly negative?: readonly (number | Vector)[] | null;
  readonly probability?: Matrix;
  readonly negative_is_random_fallback_for_anchor_number?: Vector;
}

interface Batch {
  readonly name: string;
  readonly repres: Matrix;
  readonly labels: Vector;
  readonly pdist: Readonly<Record<Metric, Matrix>>;
  readonly results: readonly MinerResult[];
}

interface Golden {
  readonly batches: readonly Batch[];
  readonly random_triplet_miner: readonly {
    readonly labels: Vector;
    readonly population?: Matrix;
    readonly fallback_negative_candidates?: Matrix;
    readonly reference_error?: string;
  }[];
  readonly p_switch: { readonly result: Readonly<Record<'anchor' | 'positive' | 'negative', Vector>> };
}

const { batches, p_switch, random_triplet_miner } = golden<Golden>('miners');
const cases = batches.flatMap((batch) =>
  batch.results.map((result) => ({ batch, result, of: batch.name, ...result, epoch: result.epoch ?? 0 })),
);

function mine(batch: Batch, { method, metric, margin, epoch = 0, maxepoch = 1 }: MinerResult): Candidates {
  const input: MinerInput = {
    embeddings: array(batch.repres),
    labels: batch.labels,
    metric,
    margin: margin ?? Number.NaN,
    epoch,
    epochs: maxepoch,
  };
  return releasedMiners[method.slice('spc2-'.length) as MinerName].candidates(input);
}

/** The reference lists some groups in the order of a hash table. */
const ascending = (lists: readonly (number | Vector)[]): number[][] =>
  lists.map((rows) => [rows].flat().sort((a, b) => a - b));

describe('miners agree with the reference', () => {
  it('the reference has cases of every miner that it names', () => {
    const names = ['random', 'semihard', 'softhard', 'hard', 'distance', 'ghard', 'lifted', 'npair'];
    expect(new Set(cases.map(({ method }) => method))).toEqual(new Set(names.map((name) => `spc2-${name}`)));
    expect(cases.length).toBeGreaterThanOrEqual(145);
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
      // Of near ones the reference leaves the root of rounding, or no number.
      for (const { i, j, expected } of pairs.filter((pair) => !(pair.expected > 1e-2)))
        expect(Math.abs((actual[i * rows + j] as number) - (expected || 0)), `${i}, ${j}`).toBeLessThan(1e-3);
    }
  });

  it.each(cases)('$method in $metric, margin $margin, epoch $epoch: $of', ({ batch, result }) => {
    if (result.error !== undefined) {
      expect(() => mine(batch, result)).toThrow(/batch of one class/);
      return;
    }
    const found = mine(batch, result);
    expect(found.anchors).toEqual(result.anchor);
    const positives = result.positive_candidates ?? result.positive ?? [];
    expect(ascending(found.positives)).toEqual(ascending(positives));
    if (result.probability !== undefined) {
      const tolerance = { relative: 5e-3, absolute: 1e-5 };
      expectNear(overWholeBatch(found, batch.labels.length).flat(), result.probability, tolerance);
      return;
    }
    expect(found.probabilities).toBeUndefined();
    const negatives = result.negative_candidates ?? result.negative;
    if (negatives) expect(found.negatives).toEqual(ascending(negatives));
    const alone = result.negative_is_random_fallback_for_anchor_number;
    if (negatives === null) expect(alone).toEqual(found.anchors.map((_, k) => k).filter((k) => found.alone?.[k]));
  });

  it('the gradual margin falls as the reference lets it fall', () => {
    for (const { epoch, maxepoch, margin_g } of cases)
      if (margin_g !== undefined) expect(gradualMargin(epoch, maxepoch ?? 1)).toBeCloseTo(margin_g, 12);
  });

  it('the spectrum-regularised switch gives the triplets of the reference', () => {
    const regular = batches.find(({ name }) => name === 'regular') as Batch;
    const candidates = mine(regular, regular.results[0] as MinerResult);
    const { anchors, positives, negatives } = drawTriplets(candidates, createRandom(1), { pSwitch: 1 });
    expect({ anchor: anchors, positive: positives, negative: negatives }).toEqual(p_switch.result);
  });

  it.each(random_triplet_miner)('every triplet of single pictures of the classes $labels', (each) => {
    const { labels, population, fallback_negative_candidates: fallback, reference_error: error } = each;
    if (error !== undefined) {
      expect(() => everyTriplet(labels)).toThrow(/one class/);
      return;
    }
    const { anchors, positives, negatives } = everyTriplet(labels);
    const found = anchors.map((anchor, i) => [anchor, positives[i], negatives[i]]);
    const expected = population ?? fallback?.flatMap((rows, row) => rows.map((negative) => [row, row, negative]));
    expect(found.map(String).sort()).toEqual(expected?.map(String).sort());
  });
});

/** Probabilities by row, zero for rows that are no candidates. */
function overWholeBatch({ negatives, probabilities }: Candidates, rows: number): number[][] {
  return negatives.map((candidates, k) => {
    const by = new Map(candidates.map((row, i) => [row, probabilities?.[k]?.[i] ?? 1 / candidates.length]));
    return Array.from({ length: rows }, (_, row) => by.get(row) ?? 0);
  });
}
