import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { compileBestAttack } from '../../../attack/best.ts';
import { es } from '../../../attack/objectives/index.ts';
import { awareOf, withDetector } from '../../../attack/suspicion/aware.ts';
import { type Calibration, statisticOf } from '../../../attack/suspicion/calibration.ts';
import { movementsOf, withCopies } from '../../../attack/suspicion/movements.ts';
import { transformations } from '../../../attack/suspicion/transformations/index.ts';
import { createRandom } from '../../../base/random.ts';
import { normalise } from '../../../embedding/normalise.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { createEngine } from '../../../engine/index.ts';
import { SIZE, square } from './support/square.ts';

const D = 6;
const pixels = square('query');
const image = ndarray(
  Float32Array.from(pixels, (value) => value / 255),
  [1, SIZE, SIZE, 3],
);
const spread = { centres: transformations.map(() => -4), spreads: transformations.map(() => 1) };
/** A picture and its copies. */
const SET = 1 + transformations.length;
const detectorAt = (threshold: number): Calibration => ({
  ...spread,
  statistics: new Array<number>(99).fill(threshold),
});
/** A convolution that looks at fine detail, and the means of its squares over four quarters. */
const backbone: Backbone = {
  ...{ name: 'detail', size: SIZE, channels: 3, dimension: D, parameters: { kernel: [3, 3, 3, D] } },
  init: (random) => ({
    kernel: ndarray(
      Float32Array.from({ length: 27 * D }, () => random.normal()),
      [3, 3, 3, D],
    ),
  }),
  forward: ({ kernel }, images) =>
    tf
      .conv2d(images, kernel as tf.Tensor4D, 2, 'same')
      .abs()
      .mean([1, 2]) as tf.Tensor2D,
};
const weights = backbone.init(createRandom('detail'));

async function embed(pictures: readonly Uint8Array[]): Promise<Float32Array[]> {
  const { kernel } = weights;
  const values = Float32Array.from(pictures.flatMap((picture) => [...picture].map((value) => value / 255)));
  const images = tf.tensor4d(values, [pictures.length, SIZE, SIZE, 3]);
  const data = await normalise(
    backbone.forward({ kernel: tf.tensor(kernel?.data ?? [], [3, 3, 3, D]) }, images),
  ).data();
  return pictures.map((_, i) => Float32Array.from(data.slice(i * D, (i + 1) * D)));
}

const movementsAt = async (picture: Uint8Array) =>
  movementsOf(await embed(await withCopies(picture, { size: SIZE, channels: 3 })));

describe('an adversary who knows the detector', () => {
  it('sees what the detector sees', async () => {
    const { kernel } = weights;
    const tensors = { kernel: tf.tensor(kernel?.data ?? [], [3, 3, 3, D]) };
    const both = withDetector(backbone).forward(
      tensors,
      tf.tensor4d(Float32Array.from(image.data), [1, SIZE, SIZE, 3]),
    );
    expect(both.shape).toEqual([1, SET * D]);
    const data = await both.data();
    const parts = Array.from({ length: SET }, (_, i) => Float32Array.from(data.slice(i * D, (i + 1) * D)));
    const real = await movementsAt(pixels);
    movementsOf(parts).forEach((value, i) => {
      expect(Math.abs(value - (real[i] as number))).toBeLessThan(0.02);
    });
  });

  it('wants the same as one who does not, as long as the detector sleeps', async () => {
    const rows = tf.randomNormal<tf.Rank.R2>([2, SET * D], 0, 1, 'float32', 1);
    const clean = tf.zeros([2, D]);
    const plain = es.evaluate(rows.slice([0, 0], [2, D]), { clean }, 'N');
    const valuesOf = async (threshold: number, weight: number) => [
      ...(await awareOf(es, detectorAt(threshold), weight, D).evaluate(rows, { clean }, 'E').data()),
    ];
    const expected = [...(await plain.data())];
    (await valuesOf(1e6, 5)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
    (await valuesOf(1, 5)).forEach((value, i) => {
      expect(value).toBeGreaterThan((expected[i] as number) + 5);
    });
  });

  it('moves the embedding and stays below the threshold, where the other does not', async () => {
    const engine = await createEngine({ threads: 1 });
    const [clean = new Float32Array()] = await embed([pixels]);
    const budget = { epsilon: 16 / 255, alpha: 2 / 255, steps: 40 };
    const shape = { count: 1, constants: { clean: [1, D] }, steps: 40, weights } as const;
    const constants = { clean: ndarray(clean, [1, D]) };
    const run = async (threshold: number, weight: number) => {
      const objective = awareOf(es, detectorAt(threshold), weight, D);
      const attack = await compileBestAttack(engine, withDetector(backbone), objective, { ...shape, metric: 'E' });
      const { images } = await attack.run(image, constants, budget, createRandom('aware'));
      await attack.release();
      const picture = Uint8Array.from(images.data, (value) => Math.round(255 * value));
      const [own = new Float32Array()] = await embed([picture]);
      const shift = Math.hypot(...own.map((value, i) => value - (clean[i] as number)));
      return { statistic: statisticOf(await movementsAt(picture), spread), shift };
    };
    const blind = await run(0, 0);
    const threshold = blind.statistic - 1;
    const aware = await run(threshold, 20);
    expect(aware.statistic).toBeLessThan(threshold + 0.2);
    expect(aware.shift).toBeGreaterThan(blind.shift / 10);
    expect(aware.shift).toBeLessThan(blind.shift);
  });
});
