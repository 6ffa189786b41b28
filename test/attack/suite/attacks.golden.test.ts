import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startAttack } from '../../../attack/suite/compiled.ts';
import { shifts } from '../../../attack/suite/es.ts';
import { evaluationAttacks } from '../../../attack/suite/index.ts';
import { createQueries, createScene } from '../../../attack/suite/scene.ts';
import type { RetrievalAttack, Targets } from '../../../attack/suite/types.ts';
import type { Metric } from '../../../attack/types.ts';
import { createRandom } from '../../../base/random.ts';
import { mean } from '../../../base/statistics.ts';
import { compileEmbedding } from '../../../embedding/embed.ts';
import { normalise } from '../../../embedding/normalise.ts';
import { concatRows } from '../../../engine/arrays.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import type { NdArray } from '../../../engine/types.ts';
import { expectNear, golden, type Matrix, shareDiffering, type Vector } from '../support/golden.ts';
import { images, referenceEmbeddings, smallNet, toGrey } from '../support/small-net.ts';
import { array, evaluateObjective, toTensor } from '../support/tensors.ts';
import { expectPrinted, type Summary } from './support/printed.ts';

interface AttackCase {
  readonly attack: string;
  readonly metric: Metric;
  readonly pgditer: number;
  readonly gallery: 'self-in-gallery' | 'disjoint';
  readonly selected?: Targets | Vector;
  readonly second_index?: Vector;
  readonly first_index?: Vector;
  readonly loc_self?: Vector;
  readonly pgd_losses: Vector;
  readonly adv_x255: Matrix;
  readonly adv_x255_float64?: Matrix;
  readonly pixels_differing_float32_vs_float64: number;
  readonly summary_orig: Summary;
  readonly summary_adv: Summary;
  readonly summary_adv_float64: Summary;
}

interface Reference {
  readonly eps: number;
  readonly alpha: number;
  readonly gallery_rest_embeddings_raw: Matrix;
  readonly gallery_labels: Vector;
  readonly cases: readonly AttackCase[];
}

const COUNT = 8;
const reference = golden<Reference>('e2e_attacks');
const weights = smallNet.init(createRandom('small'));
const engine = createEagerEngine();
const attackOf = (id: string): RetrievalAttack => {
  const found = evaluationAttacks.find((attack) => attack.id === id);
  if (found === undefined) throw new Error(`no attack ${id}`);
  return found;
};

/** A case as the suite runs it, with the released protocol and the targets that the reference drew. */
async function run(each: AttackCase) {
  const { metric, pgditer } = each;
  const attack = attackOf(each.attack);
  const embedding = await compileEmbedding(engine, smallNet, COUNT, { weights, unit: metric !== 'E' });
  const clean = await embedding.run({}, images);
  const scene = await createScene({
    engine,
    metric,
    protocol: 'robrank',
    gallery: galleryOf(each, clean),
    labels: each.gallery === 'disjoint' ? reference.gallery_labels.slice(COUNT) : reference.gallery_labels,
    count: COUNT,
  });
  const queries = await createQueries(scene, clean, reference.gallery_labels.slice(0, COUNT), Array(COUNT).fill(-1));
  const budget = { epsilon: reference.eps, alpha: reference.alpha, steps: pgditer };
  const running = startAttack(
    { engine, backbone: smallNet, weights, embedding, budget },
    scene,
    attack,
    createRandom(0),
  );
  const targets = targetsOf(each) ?? attack.choose(scene, queries, createRandom('unused'));
  const attacked = await running.run(images, queries, targets);
  const constants = { ...attack.shared(scene), ...attack.constants(scene, queries, targets) };
  const loss = evaluateObjective(attack.objective, attacked.embeddings, constants, metric).values;
  const scores = await attack.score(scene, queries, targets, attacked);
  const before = await attack.score(scene, queries, targets, { ...queries });
  await running.release();
  return { scene, queries, targets, attacked, scores, before, loss: mean(loss) };
}

function galleryOf({ metric, gallery }: AttackCase, clean: NdArray): NdArray {
  const raw = array(reference.gallery_rest_embeddings_raw);
  const unit = Float32Array.from(normalise(toTensor<tf.Tensor2D>(raw)).dataSync());
  const rest = metric === 'E' ? raw : { shape: raw.shape, data: unit };
  return gallery === 'disjoint' ? rest : concatRows([clean, rest]);
}

/** What the reference drew; what it chose by rule is compared instead. */
function targetsOf({ selected }: AttackCase): Targets | undefined {
  return selected?.map((rows: number | readonly number[]) => (typeof rows === 'number' ? [rows] : rows));
}

const casesOf = (es: boolean): AttackCase[] => reference.cases.filter(({ attack }) => (attack === 'ES') === es);
/** ES and LTM are sums over the queries, the others means. */
const summed = ({ attack }: AttackCase): number => (attack === 'ES' || attack === 'LTM' ? COUNT : 1);

/** The share of pixels that differ from the reference's in float32 or in float64, whichever is nearer. */
function pixelsDiffering(found: NdArray, { adv_x255, adv_x255_float64 = adv_x255 }: AttackCase): number {
  const pixels = toGrey(found).map((value) => value * 255);
  return Math.min(...[adv_x255, adv_x255_float64].map((expected) => shareDiffering(pixels, expected, 1e-2)));
}

describe('attacks on a small network agree with the reference pixel by pixel', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('has cases of every attack', () => {
    expect(new Set(reference.cases.map(({ attack }) => attack))).toEqual(
      new Set(evaluationAttacks.map(({ id }) => id)),
    );
  });

  it('embeds the images as the reference does', async () => {
    const embedding = await compileEmbedding(engine, smallNet, COUNT, { weights });
    expectNear((await embedding.run({}, images)).data, referenceEmbeddings, { relative: 2e-4, absolute: 2e-6 });
  });

  it.each(casesOf(false))('$attack in $metric, $pgditer steps, gallery $gallery', async (each) => {
    const { attacked, queries, scores, before, targets, loss, scene } = await run(each);
    // The reference's matrix form leaves up to 3e-4 of rounding in the distance of a query to itself.
    const tolerance = { relative: 2e-4, absolute: each.attack === 'LTM' ? 3e-3 : 2e-6 };
    expectNear(
      attacked.trace.map((value) => summed(each) * value),
      each.pgd_losses,
      tolerance,
    );
    if (each.summary_adv.loss !== undefined) expectNear([loss], each.summary_adv.loss, tolerance);
    // Where the reference differs from its own float64 run, rounding has decided some pixels.
    const bound = each.pixels_differing_float32_vs_float64 > 0 ? 0.08 : 0.002;
    expect(pixelsDiffering(attacked.images, each)).toBeLessThanOrEqual(bound);
    expectPrinted(each.attack, scores, each.summary_adv);
    expectPrinted(each.attack, before, each.summary_orig);
    const shift = mean(shifts(attacked.previous ?? attacked.embeddings, queries.embeddings, each.metric));
    expectNear([shift], each.summary_adv.embshift ?? Number.NaN);
    if (each.loc_self !== undefined) expect([...queries.self]).toEqual(each.loc_self);
    if (each.attack === 'GTM') expect(targets.flat()).toEqual(each.second_index);
    if (each.attack === 'GTT') expect(targets.flat()).toEqual(each.first_index);
    expect(scene.topmost).toBe(1);
  });

  // The first step of ES is driven by an offset of 1e-7, so float32 rounding decides some pixels: the reference differs
  // from its own float64 run.
  it.each(casesOf(true))('ES in $metric, $pgditer steps', async (each) => {
    const { attacked, scores, before } = await run(each);
    expectNear(
      attacked.trace.slice(1).map((value) => COUNT * value),
      each.pgd_losses.slice(1),
      {
        relative: 5e-2,
        absolute: 0,
      },
    );
    expect(pixelsDiffering(attacked.images, each)).toBeLessThanOrEqual(each.metric === 'C' ? 0.15 : 0.08);
    expectPrinted(each.attack, scores, each.summary_adv);
    expectPrinted(each.attack, before, each.summary_orig);
    expectNear([mean(scores['ES:D'] ?? [])], each.summary_adv.embshift ?? Number.NaN, {
      relative: 5e-2,
      absolute: 1e-6,
    });
  });
});
