import { beforeAll, describe, expect, it } from 'vitest';
import { quick } from '../../../attack/suite/profiles.ts';
import { runSuite, type SuiteResult, type SuiteSetting } from '../../../attack/suite/run.ts';
import type { Measure } from '../../../attack/suite/types.ts';
import { createRandom } from '../../../base/random.ts';
import { ndarray } from '../../../engine/arrays.ts';
import { createEngine } from '../../../engine/index.ts';
import type { Engine } from '../../../engine/types.ts';
import { countedEngine } from '../support/counted-engine.ts';
import { SIZE, smallNet } from '../support/small-net.ts';

const CLASSES = 6;
const EACH = 5;
const random = createRandom('suite');
const length = SIZE * SIZE * 3;
/** A class is a picture of its own, an image a noisy version of it. */
const pictures = Array.from({ length: CLASSES }, () => Array.from({ length }, () => random.uniform()));
const labels = Array.from({ length: CLASSES * EACH }, (_, row) => row % CLASSES);
const pixels = labels.map((label) => pictures[label]?.map((p) => Math.min(1, Math.max(0, p + 0.1 * random.normal()))));
const images = (rows: readonly number[]) =>
  ndarray(Float32Array.from(rows.flatMap((row) => pixels[row] ?? [])), [rows.length, SIZE, SIZE, 3]);

describe('runSuite', () => {
  let engine: Engine;
  let exact: SuiteResult;
  const progress: number[] = [];
  const setting = (): SuiteSetting => ({
    engine,
    backbone: smallNet,
    weights: smallNet.init(random),
    images,
    labels,
    profile: { ...quick, batch: 8 },
    random: createRandom('run'),
  });

  beforeAll(async () => {
    engine = await createEngine({ device: 'cpu', threads: 2 });
    exact = await runSuite({ ...setting(), onProgress: (share) => progress.push(share) });
  });

  it.each([
    ['the first images', 1],
    ['those of an attack', 6],
  ])('releases what it compiled when %s cannot be had', async (_, good) => {
    const counted = countedEngine(engine);
    let asked = 0;
    const broken = (rows: readonly number[]) => {
      if (++asked >= good) throw new RangeError('no picture');
      return images(rows);
    };
    await expect(runSuite({ ...setting(), engine: counted.engine, images: broken })).rejects.toThrow('no picture');
    expect(counted.compiled()).toBeGreaterThan(0);
    expect(counted.live).toEqual([]);
  });

  it('attacks every query with every attack and says how far it is', () => {
    expect(exact.queries).toEqual(labels.map((_, row) => row));
    for (const values of Object.values(exact.perQuery)) expect(values).toHaveLength(labels.length);
    expect(progress).toHaveLength(9 * 4);
    expect(progress.at(-1)).toBe(1);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it('reports each measure as the mean over the queries, in the unit of the scores', () => {
    for (const [measure, value] of Object.entries(exact.raw)) {
      const values = exact.perQuery[measure as Measure];
      const unit = measure === 'TMA' || measure === 'ES:D' ? 1 : 100;
      expect(value).toBeCloseTo((unit * values.reduce((a, b) => a + b, 0)) / values.length, 9);
    }
    expect(exact.ars.defined).toBe(true);
  });

  it('breaks an undefended network', async () => {
    expect(exact.benign.recallAt1).toBeGreaterThan(0.5);
    const idle = await runSuite({
      ...setting(),
      profile: { ...quick, batch: 8, budget: { ...quick.budget, steps: 0 } },
    });
    expect(exact.ers).toBeLessThan(idle.ers);
    expect(exact.raw['ES:D']).toBeGreaterThan(idle.raw['ES:D']);
    for (const measure of ['CA+', 'QA+', 'ES:R', 'LTM', 'GTT'] as const)
      expect(exact.raw[measure], measure).toBeLessThanOrEqual(idle.raw[measure]);
    for (const measure of ['CA-', 'QA-', 'TMA'] as const)
      expect(exact.raw[measure], measure).toBeGreaterThanOrEqual(idle.raw[measure]);
  });

  it('gives the same numbers again from the same seed, and for a query by itself', async () => {
    const again = await runSuite({ ...setting(), queries: [3, 17] });
    const twice = await runSuite({ ...setting(), queries: [3, 17] });
    expect(again.perQuery).toEqual(twice.perQuery);
    expect(again.perQuery['ES:D'][1]).toBeCloseTo(exact.perQuery['ES:D'][17] as number, 4);
    expect(again.perQuery['R@1'][1]).toBe(exact.perQuery['R@1'][17]);
    expect(again.benign).toEqual(exact.benign);
  });

  it('stops when it is told to', async () => {
    await expect(runSuite({ ...setting(), signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });

  it('refuses to attack nothing', async () => {
    await expect(runSuite({ ...setting(), queries: [] })).rejects.toThrow('no queries');
  });

  it.each(['E', 'C'] as const)('runs in metric %s by the released protocol', async (metric) => {
    const result = await runSuite({
      ...setting(),
      metric,
      protocol: 'robrank',
      queries: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    });
    for (const [measure, value] of Object.entries(result.raw)) expect(value, measure).toBeGreaterThanOrEqual(-1);
    expect(result.protocol).toBe('robrank');
  });
});
