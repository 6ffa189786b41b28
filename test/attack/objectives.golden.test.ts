import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  approach,
  caMinus,
  caPlus,
  es,
  gtm,
  preservingWeight,
  qaMinus,
  qaPlus,
  ranking,
  recede,
  tma,
} from '../../attack/objectives/index.ts';
import type { Constants, Metric, Objective } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { expectNear, GRADIENTS, golden, type Matrix, type Vector } from './support/golden.ts';
import { array, evaluateObjective, toTensor } from './support/tensors.ts';

interface LossCase {
  readonly attack: string;
  readonly metric: Metric;
  readonly value: number;
  readonly grad_query: Matrix;
  readonly selected?: readonly (readonly number[])[] | Vector;
  readonly selected_unmatch?: Vector;
  readonly selected_top1?: Vector;
  readonly positive?: Vector;
  readonly negative?: Vector;
}

interface Attacks {
  readonly gallery: Matrix;
  readonly queries_perturbed: Matrix;
  readonly query_rows: readonly number[];
  readonly loss_cases: readonly LossCase[];
  readonly xi: readonly { readonly dataset: string; readonly loss_sp: number; readonly xi: number }[];
}

const reference = golden<Attacks>('attacks');
const casesOf = (attack: string): LossCase[] => reference.loss_cases.filter((each) => each.attack === attack);

/** Rows as the metric compares them. */
function prepare(rows: Matrix, metric: Metric): NdArray {
  const raw = array(rows);
  if (metric === 'E') return raw;
  return { shape: raw.shape, data: Float32Array.from(normalise(toTensor<tf.Tensor2D>(raw)).dataSync()) };
}

/** N lists of M rows as N x M x D. */
function rowsEach(gallery: NdArray, lists: readonly Vector[]): NdArray {
  const { data } = takeRows(gallery, lists.flat());
  return { data, shape: [lists.length, lists[0]?.length ?? 0, gallery.shape[1] ?? 0] };
}

/** Compares an objective on all queries at once; the reference averages over the queries, or sums. */
function compare(
  objective: Objective,
  each: LossCase,
  constantsOf: (gallery: NdArray) => Constants,
  sums = false,
): void {
  const queries = prepare(reference.queries_perturbed, each.metric);
  const gallery = prepare(reference.gallery, each.metric);
  const { values, gradient } = evaluateObjective(objective, queries, constantsOf(gallery), each.metric);
  const count = sums ? 1 : values.length;
  expectNear([values.reduce((a, b) => a + b, 0) / count], each.value);
  expectNear(
    gradient.map((g) => g / count),
    each.grad_query,
    GRADIENTS,
  );
}

const lists = (each: LossCase): readonly Vector[] => each.selected as readonly Vector[];

describe('objectives agree with the reference in value and gradient', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has cases of every objective in every metric', () => {
    const kinds = ['QA+', 'QA-', 'CA+', 'CA-', 'ES', 'TMA', 'GTM', 'GTT', 'LTM'];
    for (const kind of kinds) expect(new Set(casesOf(kind).map(({ metric }) => metric)).size, kind).toBe(3);
  });

  it.each([
    ['QA+', qaPlus],
    ['QA-', qaMinus],
  ] as const)('%s', (name, objective) => {
    for (const each of casesOf(name))
      compare(objective, each, (gallery) => ({ candidates: rowsEach(gallery, lists(each)), gallery }));
  });

  it.each([
    ['CA+', caPlus],
    ['CA-', caMinus],
  ] as const)('%s', (name, objective) => {
    for (const each of casesOf(name))
      compare(objective, each, (gallery) => ({ targets: rowsEach(gallery, lists(each)), gallery }));
  });

  it.each([
    ['QA-DIST+', approach],
    ['CA-DIST-', recede],
  ] as const)('%s', (name, objective) => {
    for (const each of casesOf(name))
      compare(objective, each, (gallery) => ({ candidates: rowsEach(gallery, lists(each)) }));
  });

  it.each(casesOf('ES'))('ES in $metric', (each) => {
    compare(es, each, (gallery) => ({ clean: takeRows(gallery, reference.query_rows) }), true);
  });

  it.each(casesOf('TMA'))('TMA in $metric', (each) => {
    compare(tma, each, (gallery) => ({ target: takeRows(gallery, each.selected as Vector) }));
  });

  it.each(casesOf('GTM'))('GTM in $metric', (each) => {
    compare(gtm, each, (gallery) => ({ target: takeRows(gallery, each.selected_unmatch ?? []) }));
  });

  it.each(casesOf('GTT'))('GTT in $metric is QA- with the nearest', (each) => {
    const candidates = each.selected_top1?.map((row) => [row]) ?? [];
    compare(qaMinus, each, (gallery) => ({ candidates: rowsEach(gallery, candidates), gallery }));
  });

  it.each(casesOf('LTM'))('LTM in $metric, of which the reference tests the difference of two given rows', (each) => {
    const { positive = [], negative = [] } = each;
    compare(ranking, each, (gallery) => ({ same: takeRows(gallery, positive), other: takeRows(gallery, negative) }));
  });

  it('the weight of what SPQA preserves', () => {
    const sharpness: Readonly<Record<string, number>> = { mnist: 2e4, fashion: 4e4, cub: 4e4, cars: 7e4, sop: 7e4 };
    for (const { dataset, loss_sp, xi } of reference.xi) {
      const found = preservingWeight(tf.scalar(loss_sp), tf.scalar(sharpness[dataset] as number)).dataSync();
      expectNear(found, xi, { relative: 2e-4, absolute: 0 });
    }
  });
});
