import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NdArray } from '../../../engine/types.ts';
import { detachedTriplet, triplet } from '../../../trainer/losses/triplet.ts';
import { type Combined, combinations, evaluate, select, viewOf } from './combinations.ts';
import { type Drawn, oracle } from './oracle.ts';

function lists({ shape, data }: NdArray): number[][] {
  const [, width] = shape;
  if (width === undefined) return Array.from(data, (row) => [row]);
  return Array.from({ length: shape[0] ?? 0 }, (_, k) =>
    Array.from({ length: width }, (_row, row) => row).filter((row) => data[k * width + row] === 1),
  );
}

function drawnFrom(selection: Readonly<Record<string, NdArray>>): Drawn {
  const { positives, negatives, secondNegatives } = selection as Readonly<
    Record<'positives' | 'negatives', NdArray>
  > & {
    readonly secondNegatives?: NdArray;
  };
  return {
    anchors: lists(positives).map((_, k) => 2 * k),
    positives: lists(positives),
    negatives: lists(negatives),
    secondNegatives: Array.from(secondNegatives?.data ?? []),
  };
}

function expected({ loss, metric, mined }: Combined, embeddings: NdArray, drawn: Drawn): number {
  const [rows = 0, dimension = 0] = embeddings.shape;
  const raw = Array.from({ length: rows }, (_, i) =>
    Array.from(embeddings.data.slice(i * dimension, (i + 1) * dimension)),
  );
  return oracle(loss, raw, drawn, { metric, margin: mined.margin, beta: 0.6 });
}

const seed = fc.integer({ min: 0, max: 1e6 });

/** The root of the rounding of a squared length near 1 in float32, with room for rows that are longer. */
const SELF_DISTANCE = 2e-3;

describe('every loss', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(combinations)('$name is what its formula gives, one anchor after the other', (each) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), seed, (pairs, from) => {
        const view = viewOf(pairs, from, each.mined);
        const selection = select(each.mined, view, from);
        const { value } = evaluate(each.mined, view.embeddings, selection);
        const reference = expected(each, view.embeddings, drawnFrom(selection));
        // A pair alone has no negative: for want of any it may be the anchor itself, whose distance, in float32, is the root of
        // a rounding, and a loss may divide by it.
        const sane = Math.abs(reference) < 1e3;
        const rounding = pairs === 1 ? SELF_DISTANCE : 2e-5;
        if (sane) expect(Math.abs(value - reference)).toBeLessThan(rounding + 2e-4 * Math.abs(reference));
        else expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 25, seed: 1 },
    );
  });
});

describe('gradients', () => {
  beforeAll(() => tf.setBackend('cpu'));

  // Those that are not the gradient of the value: half of them is taken as a constant.
  const whole = combinations.filter(({ loss }) => loss !== 'gil' && loss !== 'triplet-detached');

  it.each(whole)('$name: the gradient is the slope of the formula', (each) => {
    const view = viewOf(5, 'slope', each.mined);
    const selection = select(each.mined, view);
    const { gradient } = evaluate(each.mined, view.embeddings, selection);
    const drawn = drawnFrom(selection);
    for (let i = 0; i < gradient.length; i += 7) {
      const moved = (by: number): number => {
        const data = Float64Array.from(view.embeddings.data);
        data[i] = (data[i] as number) + by;
        return expected(each, { shape: view.embeddings.shape, data: Float32Array.from(data) }, drawn);
      };
      const slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
      expect(Math.abs((gradient[i] as number) - slope)).toBeLessThan(2e-3);
    }
  });

  it('a detached anchor gets none, and the others what they get otherwise', () => {
    const random = (from: number): tf.Tensor2D => tf.randomNormal([4, 5], 0, 1, 'float32', from);
    const rows = [random(1), random(2), random(3)];
    const setting = { metric: 'N', margin: 5, parameters: {} } as const;
    const [plain, detached] = [triplet, detachedTriplet].map(({ terms }) => {
      const fn = (...[a, p, n]: tf.Tensor[]): tf.Scalar =>
        terms(a as tf.Tensor2D, p as tf.Tensor2D, n as tf.Tensor2D, setting)[0]?.values.sum() as tf.Scalar;
      return tf
        .grads(fn)(rows)
        .map((gradient) => Array.from(gradient.dataSync()));
    });
    expect(detached?.[0]?.every((value) => value === 0)).toBe(true);
    expect(plain?.[0]?.some((value) => value !== 0)).toBe(true);
    expect(detached?.slice(1)).toEqual(plain?.slice(1));
  });
});
