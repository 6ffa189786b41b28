import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { es, qaMinus, qaPlus } from '../../attack/objectives/index.ts';
import { compileStep } from '../../attack/pgd.ts';
import { runAttack } from '../../attack/runner.ts';
import type { AttackResult, Constants, Metric, Objective } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { normalise } from '../../embedding/normalise.ts';
import { concatRows, takeRows } from '../../engine/arrays.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import type { NdArray } from '../../engine/types.ts';
import { expectNear, golden, type Matrix, shareDiffering } from './support/golden.ts';
import { images, referenceEmbeddings, smallNet, toGrey } from './support/small-net.ts';
import { array, toTensor } from './support/tensors.ts';

interface AttackCase {
  readonly attack: string;
  readonly metric: Metric;
  readonly pgditer: number;
  readonly gallery: 'self-in-gallery' | 'disjoint';
  readonly selected?: readonly (readonly number[])[];
  readonly pgd_losses: readonly number[];
  readonly adv_x255: Matrix;
  readonly adv_x255_float64?: Matrix;
}

interface Reference {
  readonly eps: number;
  readonly alpha: number;
  readonly gallery_rest_embeddings_raw: Matrix;
  readonly cases: readonly AttackCase[];
}

const reference = golden<Reference>('e2e_attacks');
const casesOf = (attack: string): AttackCase[] =>
  reference.cases.filter((each) => each.attack === attack && each.metric !== 'C');
const weights = smallNet.init(createRandom('small'));
const engine = createEagerEngine();

function embed(pictures: NdArray, metric: Metric): NdArray {
  const rows = tf.tidy(() => {
    const tensors = Object.fromEntries(Object.entries(weights).map(([name, value]) => [name, toTensor(value)]));
    const raw = smallNet.forward(tensors, toTensor<tf.Tensor4D>(pictures));
    return metric === 'E' ? raw : normalise(raw);
  });
  return { shape: rows.shape, data: Float32Array.from(rows.dataSync()) };
}

function galleryOf({ metric, gallery }: AttackCase, clean: NdArray): NdArray {
  const raw = array(reference.gallery_rest_embeddings_raw);
  const rest: NdArray =
    metric === 'E'
      ? raw
      : { shape: raw.shape, data: Float32Array.from(normalise(toTensor<tf.Tensor2D>(raw)).dataSync()) };
  return gallery === 'disjoint' ? rest : concatRows([clean, rest]);
}

/** Attacks image after image, as candidates belong to one. Pixels times 255, and the mean objective before each step. */
async function attack(each: AttackCase, objective: Objective, constantsOf: (image: number) => Constants) {
  const budget = { epsilon: reference.eps, alpha: reference.alpha, steps: each.pgditer };
  const shapes = Object.fromEntries(Object.entries(constantsOf(0)).map(([name, { shape }]) => [name, shape]));
  const options = { count: 1, constants: shapes, weights, metric: each.metric };
  const { step, release } = await compileStep(engine, smallNet, objective, options);
  const results: AttackResult[] = [];
  for (let i = 0; i < 8; i++)
    results.push(await runAttack(step, objective, takeRows(images, [i]), constantsOf(i), budget));
  await release();
  const total = (at: number): number => results.reduce((sum, { trace }) => sum + (trace[at] as number), 0);
  return {
    pixels: results.flatMap((result) => toGrey(result.images).map((value) => value * 255)),
    totals: each.pgd_losses.map((_, at) => total(at)),
  };
}

describe('attacks on a small network agree with the reference pixel by pixel', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('embeds the images as the reference does', () => {
    expectNear(embed(images, 'E').data, referenceEmbeddings, { relative: 2e-4, absolute: 2e-6 });
  });

  const query = async (objective: Objective, each: AttackCase): Promise<void> => {
    const gallery = galleryOf(each, embed(images, each.metric));
    const constantsOf = (image: number): Constants => ({
      candidates: takeRows(gallery, each.selected?.[image] ?? []),
      gallery,
    });
    const { pixels, totals } = await attack(each, objective, constantsOf);
    expectNear(
      totals.map((total) => total / 8),
      each.pgd_losses,
    );
    expect(shareDiffering(pixels, each.adv_x255, 1e-2)).toBeLessThanOrEqual(0.002);
  };

  it.each(casesOf('QA+'))('QA+ in $metric, $pgditer steps, gallery $gallery', (each) => query(qaPlus, each));
  it.each(casesOf('QA-'))('QA- in $metric, $pgditer steps, gallery $gallery', (each) => query(qaMinus, each));

  // The first step of ES is driven by an offset of 1e-7, so float32 rounding decides some pixels: the reference differs
  // from its own float64 run.
  it.each(casesOf('ES'))('ES in $metric, $pgditer steps', async (each) => {
    const clean = embed(images, each.metric);
    const { pixels, totals } = await attack(each, es, (image) => ({ clean: takeRows(clean, [image]) }));
    expectNear(totals.slice(1), each.pgd_losses.slice(1), { relative: 5e-2, absolute: 0 });
    const shares = [each.adv_x255, each.adv_x255_float64 ?? []]
      .filter((expected) => expected.length > 0)
      .map((expected) => shareDiffering(pixels, expected, 1e-2));
    expect(Math.min(...shares)).toBeLessThanOrEqual(0.08);
  });
});
