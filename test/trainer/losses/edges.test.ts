import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ndarray } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';
import { positiveMean, sumOfTerms } from '../../../trainer/losses/reducers.ts';
import { snr } from '../../../trainer/losses/snr.ts';
import { combinations, evaluate, select, viewOf } from './combinations.ts';

const repeat = ({ shape, data }: NdArray, row: number): NdArray => {
  const [rows = 0, dimension = 0] = shape;
  const one = Array.from(data.slice(row * dimension, (row + 1) * dimension));
  return ndarray(Float32Array.from(Array.from({ length: rows }, () => one).flat()), [rows, dimension]);
};

function expectFinite({ value, gradient }: { readonly value: number; readonly gradient: readonly number[] }): void {
  expect(Number.isFinite(value)).toBe(true);
  expect(gradient.every(Number.isFinite)).toBe(true);
}

describe('every loss is finite, with its gradient,', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(combinations)('$name: in a batch of one class', ({ mined }) => {
    const view = { ...viewOf(4, 'class', mined), labels: new Array(8).fill(3) };
    for (let i = 0; i < 4; i++) expectFinite(evaluate(mined, view.embeddings, select(mined, view, i)));
  });

  it.each(combinations)('$name: in a batch of one pair', ({ mined }) => {
    const view = viewOf(1, 'pair', mined);
    for (let i = 0; i < 4; i++) expectFinite(evaluate(mined, view.embeddings, select(mined, view, i)));
  });

  it.each(combinations)('$name: of equal pictures', ({ mined }) => {
    const view = { ...viewOf(3, 'equal', mined), labels: [0, 0, 1, 1, 2, 2] };
    const embeddings = repeat(view.embeddings, 0);
    expectFinite(evaluate(mined, embeddings, select(mined, { ...view, embeddings })));
  });

  it.each(combinations)('$name: of embeddings that are zero', ({ mined }) => {
    const view = {
      ...viewOf(3, 'zero', mined),
      labels: [0, 0, 1, 1, 2, 2],
      embeddings: ndarray(new Float32Array(36), [6, 6]),
    };
    expectFinite(evaluate(mined, view.embeddings, select(mined, view)));
  });
});

describe('the signal-to-noise loss', () => {
  it('is its regularisation alone, not NaN, where no triplet is within the margin', () => {
    const anchors = tf.tensor2d([[1, -1, 0.5]]);
    const terms = snr.terms(anchors, anchors, anchors.neg(), { metric: 'E', margin: 0.2, parameters: {} });
    expect(sumOfTerms(terms).dataSync()[0]).toBeCloseTo(0.005 * 0.5, 7);
  });
});

describe('positiveMean', () => {
  it('is the mean of what is above zero, and 0 where nothing is', () => {
    expect(positiveMean(tf.tensor1d([2, 0, -7, 4])).dataSync()[0]).toBe(3);
    expect(positiveMean(tf.tensor1d([0, -1])).dataSync()[0]).toBe(0);
  });
});
