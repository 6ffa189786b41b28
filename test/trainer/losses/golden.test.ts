import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { caTrideLoss } from '../../../trainer/defenses/ca-tride-objectives.ts';
import { type LossName, losses, sumOfTerms } from '../../../trainer/losses/index.ts';
import { type MinedLoss, mask, minedLoss } from '../../../trainer/losses/mined.ts';
import { robRankLosses } from '../../../trainer/losses/robrank.ts';
import { releasedMiners } from '../../../trainer/miners/index.ts';
import type { Metric } from '../../../trainer/types.ts';
import { expectNear, GRADIENTS, golden, type Matrix, type Vector } from '../../attack/support/golden.ts';
import { array, differentiate, matrix, toTensor } from '../../attack/support/tensors.ts';

interface RawCase {
  readonly name: string;
  readonly metric: Metric;
  readonly value: number;
  readonly grad_A: Matrix;
  readonly grad_P: Matrix;
  readonly grad_N: Matrix;
  readonly beta?: number;
  readonly grad_beta?: number;
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
  readonly anchor?: Vector;
  readonly positive?: readonly (number | Vector)[];
  readonly negative?: readonly (number | Vector)[];
  readonly neg2?: Vector;
  readonly beta?: number;
  readonly grad_beta?: number;
  readonly miner_kwargs?: { readonly margin?: number; readonly p_switch?: number };
}

const raw = golden<Raw>('losses_raw');
const batch = golden<{ readonly repres: Matrix; readonly labels: Vector; readonly cases: readonly BatchCase[] }>(
  'losses_batch',
);

function rolesOf({ name, metric }: RawCase): Roles {
  if (name.endsWith('odd5')) return raw.odd5;
  if (name.endsWith('even6')) return raw.even6;
  return metric === 'E' ? raw : { A: raw.A_normalized, P: raw.P_normalized, N: raw.N_normalized };
}

/** A case's loss as a function of anchors, positives, negatives and beta. */
function lossOf({ name, metric }: RawCase): (...rows: tf.Tensor2D[]) => tf.Tensor {
  return (...given) => {
    const [anchors, positives, negatives, beta] = given as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    if (name.startsWith('catride')) {
      // The reference's kernel has the margin 0.2 for every metric, and no L_TR for the cosine distance.
      const regularised = name.includes('LTR') && metric !== 'C';
      return caTrideLoss(anchors, positives, negatives, metric, { margin: 0.2, regularised });
    }
    const loss = losses[name.replace('_margin0', '') as LossName];
    if (loss.selection !== 'triplets') throw new Error(name);
    const margin = name.endsWith('margin0') ? 0 : loss.margins[metric];
    const parameters = { beta: beta.asScalar() };
    return sumOfTerms(loss.terms(anchors, positives, negatives, { metric, margin, parameters }));
  };
}

describe('losses of given triplets agree with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has all its cases', () => {
    expect(raw.cases.length).toBeGreaterThanOrEqual(24);
  });

  it.each(raw.cases)('$name in $metric', (each) => {
    const { A, P, N } = rolesOf(each);
    const inputs = [matrix(A), matrix(P), matrix(N), matrix([[each.beta ?? 0]])];
    // Gradients want a way to every input, and most losses have none to beta.
    const fn = (...rows: tf.Tensor2D[]): tf.Tensor => lossOf(each)(...rows).add((rows[3] as tf.Tensor).sum().mul(0));
    const { values, gradients } = differentiate(fn, inputs);
    expectNear(values, each.value);
    expectNear(gradients[0] ?? [], each.grad_A, GRADIENTS, 'gradient of the anchors');
    expectNear(gradients[1] ?? [], each.grad_P, GRADIENTS, 'gradient of the positives');
    expectNear(gradients[2] ?? [], each.grad_N, GRADIENTS, 'gradient of the negatives');
    if (each.grad_beta !== undefined) expectNear(gradients[3] ?? [], each.grad_beta, GRADIENTS, 'gradient of beta');
  });
});

/** What a loss would have selected had it drawn as the reference did. */
function selectionOf(loss: MinedLoss, { anchor, positive, negative, neg2 }: BatchCase): Record<string, tf.Tensor> {
  const rows = batch.labels.length;
  const numbers = (list: readonly (number | Vector)[] = []): tf.Tensor => tf.tensor1d(list.map(Number), 'int32');
  const groups = (list: readonly (number | Vector)[] = []): tf.Tensor =>
    toTensor(
      mask(
        list.map((group) => [group].flat()),
        rows,
      ),
    );
  const named = Object.keys(loss.specs(rows)).map((name): [string, tf.Tensor] => {
    if (loss.name.startsWith('lifted') || loss.name.startsWith('npair')) {
      return [name, groups(name === 'positives' ? positive : negative)];
    }
    if (name === 'secondNegatives') return [name, numbers(neg2)];
    if (name === 'partners') return [name, numbers(negative?.map((row) => Number(row) ^ 1))];
    return [name, numbers(name === 'anchors' ? anchor : name === 'positives' ? positive : negative)];
  });
  return Object.fromEntries(named);
}

describe('losses of mined batches agree with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has all its cases, each under a name of the table', () => {
    expect(batch.cases.length).toBeGreaterThanOrEqual(38);
    expect(batch.cases.filter(({ loss }) => robRankLosses[loss] === undefined)).toEqual([]);
  });

  it.each(batch.cases)('$loss: value, and gradient through normalisation', (each) => {
    const options = robRankLosses[each.loss];
    if (options === undefined) throw new Error(each.loss);
    const loss = minedLoss({ ...options, reading: 'released' });
    expect(loss.metric).toBe(each.metric);
    const { metric, margin } = loss;
    const view = { embeddings: array(batch.repres), labels: batch.labels, metric, margin, epoch: 0, epochs: 1 };
    // The multi-similarity loss has nothing drawn that could be recorded.
    const drawn =
      each.anchor === undefined
        ? Object.fromEntries(
            Object.entries(loss.select(view, createRandom(1))).map(([name, value]) => [name, toTensor(value)]),
          )
        : selectionOf(loss, each);
    const beta = matrix([[each.beta ?? 0]]);
    const fn = (...[rows, boundary]: tf.Tensor2D[]): tf.Tensor => {
      const parameters = { beta: (boundary as tf.Tensor2D).asScalar() };
      return loss.evaluate(rows as tf.Tensor2D, drawn, parameters).add((boundary as tf.Tensor2D).sum().mul(0));
    };
    const { values, gradients } = differentiate(fn, [matrix(batch.repres), beta]);
    expectNear(values, each.value);
    expectNear(gradients[0] ?? [], each.grad, GRADIENTS);
    if (each.grad_beta !== undefined) expectNear(gradients[1] ?? [], each.grad_beta, GRADIENTS, 'gradient of beta');
  });

  it.each(batch.cases.filter(({ anchor }) => anchor !== undefined))(
    '$loss: what the reference drew could have been drawn',
    ({ loss, anchor, positive = [], negative = [], neg2, miner_kwargs }) => {
      // The switch makes other triplets of the whole batch.
      if ((miner_kwargs?.p_switch ?? 0) > 0 && String(anchor) === String(positive)) return;
      const { miner = 'random', metric } = robRankLosses[loss] ?? { metric: 'N' };
      const margin = miner_kwargs?.margin ?? Number.NaN;
      const view = { embeddings: array(batch.repres), labels: batch.labels, metric, margin, epoch: 0, epochs: 1 };
      const candidates = releasedMiners[miner].candidates(view);
      positive.forEach((rows, k) => {
        expect(candidates.positives[k]).toEqual(expect.arrayContaining([rows].flat()));
        expect(candidates.negatives[k]).toEqual(expect.arrayContaining([negative[k] ?? -1].flat()));
      });
      neg2?.forEach((place, k) => {
        const label = (row: number | Vector | undefined): number | undefined => batch.labels[Number(row)];
        const possible = negative.flatMap((row, i) => (label(row) === label(negative[k]) ? [] : [i]));
        // Where there is none but the first, any row was taken.
        if (possible.some((other) => other > 0)) expect(possible).toContain(place);
      });
    },
  );

  it.each(batch.cases.filter(({ miner_kwargs }) => miner_kwargs?.margin !== undefined))(
    '$loss: the margin and the switch of the reference',
    ({ loss, miner_kwargs }) => {
      const options = robRankLosses[loss];
      if (options === undefined) throw new Error(loss);
      expect(minedLoss(options).margin).toBe(miner_kwargs?.margin);
      expect(options.pSwitch ?? 0).toBe(Math.max(0, miner_kwargs?.p_switch ?? 0));
    },
  );
});
