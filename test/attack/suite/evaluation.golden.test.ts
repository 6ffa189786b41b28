import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startAttack } from '../../../attack/suite/compiled.ts';
import { evaluationAttacks, gtm, gtt, spqaPlus } from '../../../attack/suite/index.ts';
import { createQueries, createScene } from '../../../attack/suite/scene.ts';
import { topRows } from '../../../attack/suite/targets.ts';
import type { Protocol, RetrievalAttack, Scores, Targets } from '../../../attack/suite/types.ts';
import type { Constants, Metric } from '../../../attack/types.ts';
import { createRandom } from '../../../base/random.ts';
import { mean } from '../../../base/statistics.ts';
import { compileEmbedding } from '../../../embedding/embed.ts';
import { normalise } from '../../../embedding/normalise.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import type { NdArray } from '../../../engine/types.ts';
import {
  expectNear,
  GRADIENTS,
  golden,
  type Matrix,
  shareDiffering,
  type Tolerance,
  type Vector,
} from '../support/golden.ts';
import { differentiate, toTensor } from '../support/tensors.ts';
import { expectPrinted, type Summary } from './support/printed.ts';

interface EvaluationCase {
  readonly attack: string;
  readonly metric: Metric;
  readonly selected?: Targets | Vector;
  readonly selected_gt?: Targets;
  readonly summary_clean_queries: Summary;
  readonly summary_perturbed_queries: Summary;
  readonly pgd2: {
    readonly eps: number;
    readonly alpha: number;
    readonly loss: Vector;
    readonly grad_input: readonly Matrix[];
    readonly x_adv: Matrix;
    readonly summary_adv: Summary;
  };
}

interface Selector {
  readonly metric: Metric;
  readonly loc_self: Vector;
  readonly GTM: Readonly<Record<'first_unmatch_reference' | 'first_unmatch_intended' | 'first_match_intended', Vector>>;
  readonly GTT: { readonly top1: Vector };
}

interface Reference {
  readonly gallery: Matrix;
  readonly gallery_labels: Vector;
  readonly query_rows: Vector;
  readonly queries_perturbed: Matrix;
  readonly selectors: readonly Selector[];
  readonly pools: readonly { readonly metric: Metric; readonly topmost: number; readonly 'CA-_pool': Targets }[];
  readonly loss_cases: readonly {
    readonly attack: string;
    readonly metric: Metric;
    readonly rank: number | null;
    readonly selected?: Targets;
  }[];
  readonly eval_cases: readonly EvaluationCase[];
}

const reference = golden<Reference>('attacks');
const COUNT = reference.query_rows.length;
const DIMENSION = reference.gallery[0]?.length ?? 0;
const engine = createEagerEngine();
const attacks = [...evaluationAttacks, spqaPlus()];
const attackOf = (id: string): RetrievalAttack => attacks.find((each) => each.id === id) as RetrievalAttack;

/** The reference's encoder here: an image is its embedding, which is a square with one pixel left over. */
const SIDE = Math.ceil(Math.sqrt(DIMENSION));
const identity: Backbone = {
  name: 'identity',
  size: SIDE,
  channels: 1,
  dimension: DIMENSION,
  parameters: {},
  init: () => ({}),
  forward: (_weights, images) =>
    images.reshape<tf.Tensor2D>([images.shape[0], SIDE * SIDE]).slice([0, 0], [images.shape[0], DIMENSION]),
};

function toImages(rows: Matrix): NdArray {
  const data = rows.flatMap((row) => Array.from({ length: SIDE * SIDE }, (_, i) => row[i] ?? 0));
  return ndarray(Float32Array.from(data), [rows.length, SIDE, SIDE, 1]);
}

const toRows = ({ data }: NdArray): number[] => [...data].filter((_, i) => i % (SIDE * SIDE) < DIMENSION);

/** Gallery, clean and perturbed queries as an attack meets them. */
async function meet(metric: Metric, protocol: Protocol = 'robrank') {
  const embedding = await compileEmbedding(engine, identity, COUNT, { unit: metric !== 'E' });
  const embed = (rows: Matrix): Promise<NdArray> => embedding.run({}, toImages(rows));
  const gallery = await embed(reference.gallery);
  const labels = reference.gallery_labels;
  const scene = await createScene({ engine, metric, protocol, gallery, labels, count: COUNT });
  const clean = reference.query_rows.map((row) => reference.gallery[row] as Vector);
  const own = reference.query_rows.map((row) => labels[row] as number);
  const queriesOf = async (rows: Matrix) => createQueries(scene, await embed(rows), own, reference.query_rows);
  const perturbed = await queriesOf(reference.queries_perturbed);
  return { scene, clean, queries: await queriesOf(clean), perturbed, embedding };
}

function targetsOf({ selected, selected_gt }: EvaluationCase): Targets | undefined {
  return selected?.map((rows: number | readonly number[], i) =>
    typeof rows === 'number' ? [rows] : [...rows, ...(selected_gt?.[i] ?? [])],
  );
}

/** Loss and gradient with respect to the images, in the reference's way of summing. */
function slope(attack: RetrievalAttack, images: readonly number[], constants: Constants, metric: Metric) {
  const tensors = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, toTensor(value)]));
  const rows = tf.tensor2d([...images], [COUNT, DIMENSION]);
  const { gradients } = differentiate(
    (x) => attack.objective.evaluate(metric === 'E' ? x : normalise(x), tensors, metric),
    [rows],
  );
  return gradients[0] ?? [];
}

/** One step from the images against the signs of a gradient, inside [0,1]. */
function stepped(images: Matrix, gradient: Matrix, alpha: number): number[] {
  const signs = gradient.flat();
  return images.flat().map((value, i) => Math.min(1, Math.max(0, value - alpha * Math.sign(signs[i] as number))));
}

function gradientTolerance(attack: string): Tolerance {
  if (attack === 'ES') return { relative: 5e-2, absolute: 1e-3 };
  // A candidate is as far from its target as its own row in the gallery: the tie falls either way in the reference.
  if (attack.startsWith('CA')) return { relative: 2e-3, absolute: 1.2 / (reference.gallery.length * COUNT) };
  return GRADIENTS;
}

describe('evaluation attacks on rows agree with the reference', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it.each(reference.selectors)('what GTM and GTT aim at in $metric', async ({ metric, ...expected }) => {
    const { scene, queries } = await meet(metric);
    const random = createRandom('unused');
    expect([...queries.self]).toEqual(expected.loc_self);
    expect(gtm.choose(scene, queries, random).flat()).toEqual(expected.GTM.first_unmatch_reference);
    expect(gtm.choose({ ...scene, protocol: 'exact' }, queries, random).flat()).toEqual(
      expected.GTM.first_unmatch_intended,
    );
    expect(gtt.choose(scene, queries, random).flat()).toEqual(expected.GTT.top1);
    expect(expected.GTM.first_match_intended).toEqual(expected.GTT.top1);
  });

  it.each(reference.pools)('the top of the lists in $metric', async ({ metric, topmost, 'CA-_pool': pool }) => {
    for (const protocol of ['robrank', 'exact'] as const) {
      const { scene, queries } = await meet(metric, protocol);
      expect(scene.topmost).toBe(topmost);
      expect(topRows(scene, queries)).toEqual(pool);
    }
  });

  it.each(['E', 'N', 'C'] as const)('ranks of several targets in %s', async (metric) => {
    const cases = reference.loss_cases.filter((each) => each.metric === metric && /^[QC]A[+-]$/.test(each.attack));
    expect(cases).toHaveLength(8);
    const { scene, queries, perturbed } = await meet(metric);
    for (const { attack, rank, selected = [] } of cases) {
      const scores = await attackOf(attack).score(scene, queries, selected, perturbed);
      const found = mean(scores[attack as keyof Scores] ?? []) * reference.gallery.length;
      expect(Math.abs(found - (rank ?? Number.NaN)), attack).toBeLessThanOrEqual(1);
    }
  });

  it.each(reference.eval_cases)('$attack in $metric', async (each) => {
    const { metric, pgd2 } = each;
    const attack = attackOf(each.attack);
    const { scene, queries, perturbed, clean, embedding } = await meet(metric);
    const targets = targetsOf(each) ?? attack.choose(scene, queries, createRandom('unused'));
    if (each.selected_gt)
      expect(attack.choose(scene, queries, createRandom(1)).map((rows) => rows.slice(1))).toEqual(each.selected_gt);
    expectPrinted(each.attack, await attack.score(scene, queries, targets, queries), each.summary_clean_queries);
    expectPrinted(each.attack, await attack.score(scene, queries, targets, perturbed), each.summary_perturbed_queries);

    const isOwn = targets.map(([first], i) => first === reference.query_rows[i]);
    // A query that is its own target has nothing to follow but rounding.
    const kept = (rows: readonly number[]): number[] => rows.filter((_, i) => !isOwn[Math.floor(i / DIMENSION)]);
    const noise = isOwn.includes(true) ? 5e-3 : 0;
    const budget = { epsilon: pgd2.eps, alpha: pgd2.alpha, steps: 2 };
    const adversary = { engine, backbone: identity, weights: {}, embedding, budget };
    const attacked = await startAttack(adversary, scene, attack, createRandom(0)).run(
      toImages(clean),
      queries,
      targets,
    );
    const isShift = each.attack === 'ES';
    const count = isShift || each.attack === 'LTM' ? 1 : COUNT;
    const losses = attacked.trace.map((value) => (value * COUNT) / count);
    const absolute = each.attack === 'LTM' ? 3e-3 : 2e-6;
    const from = isShift ? 1 : 0;
    expectNear(losses.slice(from), pgd2.loss.slice(from), {
      relative: isShift ? 5e-2 : 2e-4 + noise,
      absolute,
    });
    if (isShift && metric !== 'C')
      expectNear(losses.slice(0, 1), pgd2.loss.slice(0, 1), { relative: 5e-2, absolute: 0 });

    const constants = { ...attack.shared(scene), ...attack.constants(scene, queries, targets) };
    const first = { ...constants, ...attack.objective.first?.(constants) };
    // The second from where the reference's first step led, so that a pixel that goes the other way does not count twice.
    const gradients = [
      slope(attack, clean.flat(), first, metric),
      slope(attack, stepped(clean, pgd2.grad_input[0] as Matrix, pgd2.alpha), constants, metric),
    ];
    for (const [at, gradient] of gradients.entries()) {
      if (isShift && metric === 'C' && at === 0) continue;
      const scaled = gradient.map((g) => g / count);
      expectNear(
        kept(scaled),
        kept((pgd2.grad_input[at] as Matrix).flat()),
        gradientTolerance(each.attack),
        `step ${at}`,
      );
    }
    const share = shareDiffering(kept(toRows(attacked.images)), kept(pgd2.x_adv.flat()));
    expect(share).toBeLessThanOrEqual(isShift ? (metric === 'C' ? 0.15 : 0.08) : 0.002);
    expectPrinted(each.attack, await attack.score(scene, queries, targets, attacked), pgd2.summary_adv, noise);
  });
});
