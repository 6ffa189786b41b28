import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { normalise } from '../../embedding/normalise.ts';
import { caTrideLoss } from '../../trainer/defenses/ca-tride-objectives.ts';
import { TRIPLET_MARGIN, triplet } from '../../trainer/losses/index.ts';
import type { Metric } from '../../trainer/types.ts';
import { expectNear, GRADIENTS, golden, type Matrix } from '../attack/support/golden.ts';
import { differentiate, matrix } from '../attack/support/tensors.ts';

interface RawCase {
  readonly name: string;
  readonly metric: Metric;
  readonly value: number;
  readonly grad_A: Matrix;
  readonly grad_P: Matrix;
  readonly grad_N: Matrix;
}

interface Roles {
  readonly A: Matrix;
  readonly P: Matrix;
  readonly N: Matrix;
}

interface Raw extends Roles {
  readonly A_normalized: Matrix;
  readonly P_normalized: Matrix;
  readonly N_normalized: Matrix;
  readonly odd5: Roles;
  readonly even6: Roles;
  readonly cases: readonly RawCase[];
}

interface BatchCase {
  readonly loss: string;
  readonly metric: Metric;
  readonly value: number;
  readonly grad: Matrix;
  readonly anchor: readonly number[];
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

type Triple = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
const raw = golden<Raw>('losses_raw');
const batch = golden<{ readonly repres: Matrix; readonly cases: readonly BatchCase[] }>('losses_batch');

function rolesOf({ name, metric }: RawCase): Roles {
  if (name.endsWith('odd5')) return raw.odd5;
  if (name.endsWith('even6')) return raw.even6;
  return metric === 'E' ? raw : { A: raw.A_normalized, P: raw.P_normalized, N: raw.N_normalized };
}

/** The reference's margins: its CA-TRIDE kernel has 0.2 for every metric. */
const lossOf =
  ({ name, metric }: RawCase) =>
  (...[a, p, n]: tf.Tensor2D[]): tf.Tensor => {
    const [anchors, positives, negatives] = [a, p, n] as Triple;
    if (name === 'triplet')
      return triplet.evaluate(anchors, positives, negatives, metric, TRIPLET_MARGIN[metric]).mean();
    if (name === 'triplet_margin0') return triplet.evaluate(anchors, positives, negatives, metric, 0).mean();
    // Cosine distance has no L_TR.
    const regularised = name.includes('LTR') && metric !== 'C';
    return caTrideLoss(anchors, positives, negatives, metric, { margin: 0.2, regularised });
  };

const cases = raw.cases.filter(({ name }) => /^(triplet|catride)/.test(name));

describe('losses of given triplets agree with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has cases of the triplet loss and of both forms of CA-TRIDE', () => {
    expect(cases.filter(({ name }) => name.startsWith('triplet')).length).toBe(6);
    expect(cases.filter(({ name }) => name.startsWith('catride')).length).toBe(9);
  });

  it.each(cases)('$name in $metric', (each) => {
    const { A, P, N } = rolesOf(each);
    const { values, gradients } = differentiate(lossOf(each), [matrix(A), matrix(P), matrix(N)]);
    expectNear(values, each.value);
    expectNear(gradients[0] ?? [], each.grad_A, GRADIENTS, 'gradient of the anchors');
    expectNear(gradients[1] ?? [], each.grad_P, GRADIENTS, 'gradient of the positives');
    expectNear(gradients[2] ?? [], each.grad_N, GRADIENTS, 'gradient of the negatives');
  });
});

describe('the triplet loss of mined batches agrees with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  const mined = batch.cases.filter(({ loss }) => /^p(m|s|h|d|D)?triplet/.test(loss));

  it.each(mined)(
    '$loss: value, and gradient through normalisation',
    ({ metric, value, grad, anchor, positive, negative }) => {
      const loss = (given: tf.Tensor2D): tf.Tensor => {
        const rows = metric === 'E' ? given : normalise(given);
        const at = (list: readonly number[]): tf.Tensor2D => rows.gather([...list]);
        return triplet.evaluate(at(anchor), at(positive), at(negative), metric, TRIPLET_MARGIN[metric]).mean();
      };
      const { values, gradients } = differentiate(loss, [matrix(batch.repres)]);
      expectNear(values, value);
      expectNear(gradients[0] ?? [], grad, GRADIENTS);
    },
  );
});
