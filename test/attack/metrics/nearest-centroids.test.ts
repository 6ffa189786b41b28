import { describe, expect, it } from 'vitest';
import { compileNearest, unassigned } from '../../../attack/metrics/nearest-centroids.ts';
import { createRandom } from '../../../base/random.ts';
import { createEngine } from '../../../engine/index.ts';

const [POINTS, CENTROIDS, DIMENSION] = [1500, 1100, 6];

describe('the nearest centroids', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });
  const random = createRandom('nearest');
  const draw = (count: number) => Float32Array.from({ length: count * DIMENSION }, () => random.normal());
  const [points, centroids] = [draw(POINTS), draw(CENTROIDS)];
  const distance = (i: number, c: number): number => {
    let sum = 0;
    for (let d = 0; d < DIMENSION; d++)
      sum += ((points[i * DIMENSION + d] as number) - (centroids[c * DIMENSION + d] as number)) ** 2;
    return sum;
  };
  const upTo = (count: number) => Int32Array.from({ length: count }, (_, i) => i);

  it('are those of a plain search, over more points and centroids than fit one run', async () => {
    const nearest = await compileNearest(engine, points, DIMENSION, CENTROIDS);
    const state = unassigned(POINTS);
    let most = 0;
    await nearest.improve(upTo(POINTS), upTo(CENTROIDS), centroids, state);
    for (let i = 0; i < POINTS; i++) {
      let best = Number.POSITIVE_INFINITY;
      for (let c = 0; c < CENTROIDS; c++) best = Math.min(best, distance(i, c));
      most = Math.max(most, distance(i, state.clusters[i] as number) - best);
    }
    expect(most).toBeLessThan(1e-4);
    await nearest.release();
  });

  it('change only the points that are asked for, and only for something nearer', async () => {
    const nearest = await compileNearest(engine, points, DIMENSION, CENTROIDS);
    const state = unassigned(POINTS);
    await nearest.improve(Int32Array.of(3, 7), Int32Array.of(10, 20), centroids, state);
    expect(state.clusters.filter((cluster) => cluster >= 0)).toHaveLength(2);
    const before = state.clusters[3] as number;
    expect(distance(3, before)).toBeLessThanOrEqual(distance(3, before === 10 ? 20 : 10));
    await nearest.improve(Int32Array.of(3), Int32Array.of(before === 10 ? 20 : 10), centroids, state);
    expect(state.clusters[3]).toBe(before);
    await nearest.release();
  });
});
