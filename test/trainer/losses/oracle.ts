import { normalisedRows } from '../../../attack/rows.ts';
import type { LossName } from '../../../trainer/losses/index.ts';
import type { Metric } from '../../../trainer/types.ts';

type Row = readonly number[];

/** What a loss works on, as lists: rows of the batch by anchor. */
export interface Drawn {
  readonly anchors: readonly number[];
  readonly positives: readonly (readonly number[])[];
  readonly negatives: readonly (readonly number[])[];
  readonly secondNegatives: readonly number[];
}

const dot = (x: Row, y: Row): number => x.reduce((sum, value, d) => sum + value * (y[d] as number), 0);
const total = (values: Row): number => values.reduce((sum, value) => sum + value, 0);
const average = (values: Row): number => total(values) / values.length;
const overActive = (values: Row): number => {
  const active = values.filter((value) => value > 0);
  return active.length === 0 ? 0 : average(active);
};
const relu = (value: number): number => Math.max(0, value);
const length = (x: Row): number => Math.sqrt(dot(x, x));
const unit = (x: Row): number[] => x.map((value) => value / Math.max(length(x), 1e-12));
const variance = (x: Row): number => x.reduce((sum, v) => sum + (v - average(x)) ** 2, 0) / (x.length - 1);

function distance(x: Row, y: Row, metric: Metric): number {
  if (metric === 'C') return 1 - dot(x, y) / (length(x) * length(y));
  return Math.sqrt(total(x.map((value, d) => (value - (y[d] as number) + 1e-6) ** 2)));
}

/** A loss by the formula, one anchor after the other (specification, section 3). Rows raw. */
export function oracle(
  loss: LossName,
  raw: readonly Row[],
  { anchors, positives, negatives, secondNegatives }: Drawn,
  { metric, margin, beta }: { readonly metric: Metric; readonly margin: number; readonly beta: number },
): number {
  const dimension = raw[0]?.length ?? 0;
  const flat = metric === 'E' ? raw.flat() : Array.from(normalisedRows(raw.flat(), raw.length, dimension));
  const rows = raw.map((_, i) => flat.slice(i * dimension, (i + 1) * dimension));
  const at = (i = 0): Row => rows[i] as Row;
  const d = (i?: number, j?: number): number => distance(at(i), at(j), metric);
  const each = (value: (a: number, p: number, n: number, k: number) => number): number[] =>
    anchors.map((a, k) => value(a, positives[k]?.[0] ?? 0, negatives[k]?.[0] ?? 0, k));
  const triplet = each((a, p, n) => relu(d(a, p) - d(a, n) + margin));
  const lengths = 0.005 * average(rows.map(length));
  const formulas: Readonly<Record<LossName, () => number>> = {
    triplet: () => average(triplet),
    'triplet-detached': () => average(triplet),
    contrastive: () => {
      const near = average(each((a, p) => d(a, p)));
      if (metric === 'C') return near + average(each((a, _, n) => relu(dot(at(a), at(n)) - margin)));
      return near + overActive(each((a, _, n) => margin - d(a, n)));
    },
    margin: () =>
      overActive(each((a, p) => d(a, p) - beta + margin)) + overActive(each((a, _, n) => beta - d(a, n) + margin)),
    snr: () => {
      const noise = (a: number, x: number): number => {
        const difference = at(a).map((value, i) => value - (at(x)[i] as number));
        return variance(difference) / variance(at(a));
      };
      const sums = 0.005 * average(each((a) => Math.abs(total(at(a)))));
      return overActive(each((a, p, n) => noise(a, p) - noise(a, n) + margin)) + sums;
    },
    quadruplet: () => {
      const second = each((a, p, n, k) => relu(d(a, p) - d(n, secondNegatives[k]) + margin / 2));
      return average(triplet) + average(second);
    },
    rhomboid: () => {
      const partner = (n: number): number => (n % 2 === 0 ? n + 1 : n - 1);
      return average(triplet) + average(each((a, _, n) => relu(d(n, partner(n)) - d(n, a) + margin)));
    },
    gil: () => {
      const near = each((a, p) => (dot(at(p), at(p)) / 2 - dot(at(p), at(a)) + 1) * d(a, p));
      const far = each((a, _, n) => (dot(at(n), at(a)) - dot(at(n), at(n)) / 2 + 1) / d(a, n) ** 3);
      return average([...near, ...far]);
    },
    infonce: () => {
      const pairs = each((a, p) => dot(at(a), at(p)));
      const rowwise = each((a) => Math.log(total(each((_, p) => Math.exp(dot(at(a), at(p)))))));
      const columnwise = each((_, p) => Math.log(total(each((a) => Math.exp(dot(at(a), at(p)))))));
      return (average(rowwise) + average(columnwise)) / 2 - average(pairs);
    },
    lifted: () => {
      const values = anchors.map((a, k) => {
        const near = Math.log(total((positives[k] ?? []).map((p) => Math.exp(d(a, p)))));
        const far = Math.log(total((negatives[k] ?? []).map((n) => Math.exp(margin - d(a, n)))));
        return relu(near + far);
      });
      return average(values) + lengths;
    },
    npair: () => {
      const values = each((a, p, _, k) => {
        const anchor = unit(at(a));
        const exponentials = (negatives[k] ?? []).map((n) => Math.exp(dot(anchor, at(n)) - dot(anchor, at(p))));
        return Math.log(1 + total(exponentials));
      });
      return average(values) + lengths;
    },
    multisimilarity: () => {
      const values = anchors.map((a, k) => {
        const near = (positives[k] ?? []).map((p) => Math.exp(-2 * (dot(at(a), at(p)) - 0.5)));
        const far = (negatives[k] ?? []).map((n) => Math.exp(40 * (dot(at(a), at(n)) - 0.5)));
        return Math.log(1 + total(near)) / 2 + Math.log(1 + total(far)) / 40;
      });
      return average(values);
    },
  };
  return formulas[loss]();
}
