import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { neededPasses, passesIn, scheduleMean } from '../../bench/step/arithmetic.ts';
import { pairsOfNoise } from '../../bench/step/batches.ts';
import { pairsThatFit } from '../../bench/step/memory.ts';
import { NETWORKS } from '../../bench/step/networks.ts';
import { catrideUpdates, STEPS, type Update } from '../../bench/step/update.ts';
import { parseStepOptions } from '../../bench/step.ts';
import { c2f2 } from '../../embedding/backbones/c2f2.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { TURNS } from '../../trainer/defenses/options.ts';
import { digits, drawings } from '../../trainer/recipes/index.ts';

const engine = createCompiledEngine(1);
const pairs = 2;

/** Multiply-adds of a forward pass of one image, layer by layer: places x kernel x channels in x channels out. */
const conv = (places: number, kernel: number, from: number, to: number): number =>
  places ** 2 * kernel ** 2 * from * to;
const FORWARD = {
  compact:
    conv(16, 3, 3, 32) +
    2 * conv(16, 3, 32, 32) +
    (conv(8, 3, 32, 64) + conv(8, 3, 64, 64) + conv(8, 1, 32, 64)) +
    (conv(4, 3, 64, 128) + conv(4, 3, 128, 128) + conv(4, 1, 64, 128)) +
    4 * 4 * 128 * 128,
  c2f2: conv(28, 5, 1, 32) + conv(14, 5, 32, 64) + 7 * 7 * 64 * 1024 + 1024 * 512,
};

/** The one of three whose attack was the fastest: other work may come between. */
async function fastest(run: () => Promise<Update>): Promise<Update> {
  const updates = [await run(), await run(), await run()];
  return updates.reduce((best, update) => (update.attackSeconds < best.attackSeconds ? update : best));
}

describe.each([
  ['compact', compact, drawings],
  ['c2f2', c2f2, digits],
] as const)('an update of CA-TRIDE with %s', (name, backbone, recipe) => {
  const updates = catrideUpdates(engine, backbone, recipe);
  const batch = pairsOfNoise(backbone, pairs, createRandom('noise'));
  // All alike: the collapseness is zero, and nothing is to be gained by an attack.
  const length = batch.images.data.length / (2 * pairs);
  const same = batch.images.data.slice(0, length);
  const alike = new Float32Array(batch.images.data.length).map((_, i) => same[i % length] as number);
  afterAll(() => updates.release());

  it.each(TURNS)('does nothing twice and nothing in vain when it perturbs %s', async (turn) => {
    const { steps, multiplyAdds } = await updates.run(turn, 'later', batch);
    const needed = neededPasses(turn, pairs);
    expect(steps).toBe(STEPS);
    for (const part of ['embed', 'step', 'update'] as const) {
      const ratio = multiplyAdds[part] / (needed[part] * FORWARD[name]);
      expect(ratio, part).toBeLessThan(1.05);
      expect(ratio, part).toBeGreaterThan(0.9);
    }
  });

  it.each(TURNS)('takes no step where perturbing %s has no aim left, and saves their time', async (turn) => {
    const stopped = { ...batch, images: { ...batch.images, data: alike } };
    const whole = await updates.run(turn, 'later', batch);
    const none = await fastest(() => updates.run(turn, 'later', stopped));
    expect(none.steps).toBe(0);
    // One evaluation of the objective instead of all.
    expect(none.attackSeconds).toBeLessThan((whole.attackSeconds * 4) / STEPS);
  });

  it.each(TURNS)('takes no step against %s in the first epoch', async (turn) => {
    const whole = await updates.run(turn, 'later', batch);
    const none = await fastest(() => updates.run(turn, 'first', batch));
    expect(none.steps).toBe(0);
    expect(none.attackSeconds).toBeLessThan((whole.attackSeconds * 2) / STEPS);
  });
});

describe('the arithmetic of an update', () => {
  it('is the embedding of the pairs, the steps on the perturbed rows and three passes of the triplets', () => {
    expect(passesIn(neededPasses('candidates', 56), 16)).toBe(112 + 16 * 2 * 112 + 9 * 56);
    expect(passesIn(neededPasses('anchors', 56), 16)).toBe(112 + 16 * 2 * 56 + 9 * 56);
  });

  it('is averaged over a schedule batch by batch', () => {
    const epoch = (cost: readonly [number, number]): number[] =>
      Array.from({ length: 6 }, (_, i) => cost[i % 2] as number);
    const costs = [epoch([1, 1]), epoch([9, 5]), epoch([9, 5])].flat();
    const mean = costs.reduce((a, b) => a + b, 0) / costs.length;
    expect(scheduleMean(3, 1, { candidates: 9, anchors: 5 })).toBeCloseTo(mean, 12);
  });
});

describe('the batch of an update', () => {
  const { backbone, recipe } = { backbone: c2f2, recipe: digits };
  const perPair = 28 * 28 * 1000;

  it('is that of the recipe where memory allows, and else the largest that leaves a fifth of it free', () => {
    const network = { backbone, recipe, bytesPerPixel: 1000 };
    expect(pairsThatFit(network, 200 * perPair)).toBe(recipe.pairs);
    expect(pairsThatFit(network, 50 * perPair)).toBe(40);
    expect(pairsThatFit(network, 0)).toBe(1);
    expect(pairsThatFit({ backbone, recipe }, perPair)).toBe(recipe.pairs);
  });
});

describe('the options of the bench', () => {
  it('leave out what takes minutes, and say so', () => {
    const { wanted, leftOut, rounds } = parseStepOptions({});
    expect([...wanted, ...leftOut].sort()).toEqual(Object.keys(NETWORKS).sort());
    expect(leftOut).toEqual(['resnet18-224']);
    expect(rounds).toBe(3);
  });

  it('name networks and a number of rounds', () => {
    expect(parseStepOptions({ networks: 'c2f2,compact', rounds: '7' })).toEqual({
      wanted: ['c2f2', 'compact'],
      leftOut: [],
      rounds: 7,
    });
    expect(() => parseStepOptions({ networks: 'c2f2,toString' })).toThrow(/no network "toString"; there are: compact,/);
    for (const rounds of ['0', '1.5', '', 'many']) expect(() => parseStepOptions({ rounds })).toThrow(/--rounds/);
  });
});
