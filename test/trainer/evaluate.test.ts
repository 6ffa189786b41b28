import { expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { createEngine } from '../../engine/index.ts';
import { evaluate } from '../../trainer/evaluate.ts';
import { patches } from './support.ts';

it('evaluates a network clean and under attack, and calibrates its shift', async () => {
  const shares: number[] = [];
  const run = async (steps: number) =>
    evaluate(compact.init(createRandom(1)), {
      engine: await createEngine({ device: 'cpu', threads: 2 }),
      backbone: compact,
      images: patches(6, 4),
      queries: 10,
      random: createRandom(2),
      budget: { epsilon: 16 / 255, alpha: 4 / 255, steps },
      onProgress: (share) => shares.push(share),
    });
  const [idle, attacked] = [await run(0), await run(6)];
  expect(shares.slice(0, 3).map((share) => Math.round(3 * share))).toEqual([1, 2, 3]);
  expect(idle.attacked).toBe(10);
  expect(idle.clean).toEqual(attacked.clean);
  expect(idle.clean.recallAt1).toBeGreaterThan(0.5);
  expect(attacked.es).toBeLessThanOrEqual(idle.es);
  expect(attacked.ranking).toBeLessThan(idle.ranking);
  expect(idle.shiftPerLevel).toBeGreaterThan(0);
  expect(attacked.shiftPerLevel).toBe(idle.shiftPerLevel);
});
