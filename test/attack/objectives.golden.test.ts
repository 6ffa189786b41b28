import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { es, qaMinus, qaPlus } from '../../attack/objectives/index.ts';
import type { Metric, Objective } from '../../attack/types.ts';
import { normalise } from '../../embedding/normalise.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { expectNear, GRADIENTS, golden, type Matrix } from './support/golden.ts';
import { array, evaluateObjective, toTensor } from './support/tensors.ts';

interface LossCase {
  readonly attack: string;
  readonly metric: Metric;
  readonly value: number;
  readonly grad_query: Matrix;
  readonly selected?: readonly (readonly number[])[];
}

interface Attacks {
  readonly gallery: Matrix;
  readonly queries_perturbed: Matrix;
  readonly query_rows: readonly number[];
  readonly loss_cases: readonly LossCase[];
}

const reference = golden<Attacks>('attacks');
const euclidean = reference.loss_cases.filter(({ metric }) => metric !== 'C');
const casesOf = (attack: string): LossCase[] => euclidean.filter((each) => each.attack === attack);

/** Rows as the metric compares them. */
function prepare(rows: Matrix, metric: Metric): NdArray {
  const raw = array(rows);
  if (metric === 'E') return raw;
  return { shape: raw.shape, data: Float32Array.from(normalise(toTensor<tf.Tensor2D>(raw)).dataSync()) };
}

describe('objectives agree with the reference in value and gradient', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has cases of every objective', () => {
    expect(['ES', 'QA+', 'QA-'].map((attack) => casesOf(attack).length)).toEqual([2, 4, 4]);
  });

  it.each(casesOf('ES'))('ES in $metric', ({ metric, value, grad_query }) => {
    const gallery = prepare(reference.gallery, metric);
    const clean = takeRows(gallery, reference.query_rows);
    const result = evaluateObjective(es, prepare(reference.queries_perturbed, metric), { clean });
    // Summed over the queries, where the query attacks are averaged.
    expectNear([result.values.reduce((a, b) => a + b, 0)], value);
    expectNear(result.gradient, grad_query, GRADIENTS);
  });

  const query = (objective: Objective, { metric, value, grad_query, selected = [] }: LossCase): void => {
    const gallery = prepare(reference.gallery, metric);
    const queries = prepare(reference.queries_perturbed, metric);
    const results = selected.map((rows, i) =>
      evaluateObjective(objective, takeRows(queries, [i]), { candidates: takeRows(gallery, rows), gallery }),
    );
    const values = results.map(({ values: [first] }) => first ?? Number.NaN);
    expectNear([values.reduce((a, b) => a + b, 0) / values.length], value);
    expectNear(
      results.flatMap(({ gradient }) => gradient.map((g) => g / results.length)),
      grad_query,
      GRADIENTS,
    );
  };

  it.each(casesOf('QA+'))('QA+ in $metric, candidates $selected', (each) => query(qaPlus, each));
  it.each(casesOf('QA-'))('QA- in $metric, candidates $selected', (each) => query(qaMinus, each));
});
