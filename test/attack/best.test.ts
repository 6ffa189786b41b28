import { describe, expect, it } from 'vitest';
import { bestOf, compileBestAttack } from '../../attack/best.ts';
import { constraints } from '../../attack/constraints/index.ts';
import { es, ranking } from '../../attack/objectives/index.ts';
import { apgd } from '../../attack/step-rules/index.ts';
import type { Budget, Constants, Objective } from '../../attack/types.ts';
import { compileAttack } from '../../attack/whole.ts';
import { createRandom } from '../../base/random.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createEngine } from '../../engine/index.ts';
import { SIZE, smallNet } from './support/small-net.ts';

const COUNT = 4;
const random = createRandom('best');
const weights = smallNet.init(random);
const clean = ndarray(
  Float32Array.from({ length: COUNT * SIZE * SIZE * 3 }, () => random.uniform()),
  [COUNT, SIZE, SIZE, 3],
);
const rows = () =>
  ndarray(
    Float32Array.from({ length: COUNT * smallNet.dimension }, () => random.normal() / 4),
    [COUNT, smallNet.dimension],
  );
const constants: Constants = { same: rows(), other: rows() };
const budget: Budget = { epsilon: 8 / 255, alpha: 3 / 255, steps: 8 };

async function attack(objective: Objective, given: Constants, asked: Budget, device: 'cpu' | 'tfjs' = 'cpu') {
  const engine = await createEngine({ device, threads: 1 });
  const shapes = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, shape]));
  const program = await compileBestAttack(engine, smallNet, objective, {
    count: COUNT,
    constants: shapes,
    weights,
    steps: 12,
    ...(asked.norm && { norm: asked.norm }),
    ...(asked.stepRule && { stepRule: asked.stepRule }),
  });
  const result = await program.run(clean, given, asked, createRandom('starts'));
  await program.release();
  return result;
}

const total = (values: { readonly data: ArrayLike<number> }): number =>
  Array.from(values.data).reduce((sum, value) => sum + value, 0);

describe('the best iterate', () => {
  it('is never worse than the last one, and its value is that of the images given back', async () => {
    const engine = await createEngine({ device: 'cpu', threads: 1 });
    const shapes = { same: [COUNT, smallNet.dimension], other: [COUNT, smallNet.dimension] };
    // Steps that are far too long go back and forth.
    const wild = { ...budget, alpha: 16 / 255 };
    const plain = await compileAttack(engine, smallNet, ranking, {
      count: COUNT,
      constants: shapes,
      weights,
      steps: 12,
    });
    const last = await plain.run(clean, constants, wild);
    const best = await attack(ranking, constants, wild);
    const valuesOf = async (images: typeof clean): Promise<number[]> => {
      const still = await compileBestAttack(engine, smallNet, ranking, {
        count: COUNT,
        constants: shapes,
        weights,
        steps: 1,
      });
      const { values } = await still.run(images, constants, { ...wild, steps: 0 }, random);
      await still.release();
      return Array.from(values.data);
    };
    const [lastValues, bestValues] = [await valuesOf(last.images), await valuesOf(best.images)];
    bestValues.forEach((value, i) => {
      expect(value).toBeCloseTo(best.values.data[i] as number, 5);
      expect(value).toBeLessThanOrEqual((lastValues[i] as number) + 1e-6);
    });
    expect(bestValues.some((value, i) => value < (lastValues[i] as number) - 1e-4)).toBe(true);
    await plain.release();
  });

  it('of several runs is never worse than that of the first, and costs as many more queries', async () => {
    const one = await attack(ranking, constants, budget);
    const three = await attack(ranking, constants, { ...budget, restarts: 3 });
    three.values.data.forEach((value, i) => {
      expect(value).toBeLessThanOrEqual(one.values.data[i] as number);
    });
    expect(total(three.values)).toBeLessThan(total(one.values));
    expect([one.queries, three.queries]).toEqual([9 * COUNT, 27 * COUNT]);
  });

  it.each([
    ['linf', 8 / 255, 'fixed'],
    ['linf', 8 / 255, 'apgd'],
    ['l2', 0.5, 'fixed'],
    ['l2', 0.5, 'apgd'],
  ] as const)(
    'of %s within %f by %s steps is in the ball, better than clean, and the same op by op',
    async (norm, epsilon, stepRule) => {
      const asked: Budget = { epsilon, alpha: epsilon / 4, steps: 8, norm, stepRule };
      const clear = await attack(ranking, constants, { ...asked, steps: 0 });
      const [compiled, eager] = [
        await attack(ranking, constants, asked),
        await attack(ranking, constants, asked, 'tfjs'),
      ];
      for (const { images, values } of [compiled, eager]) {
        constraints[norm].distances(images, clean).forEach((distance) => {
          expect(distance).toBeLessThanOrEqual(epsilon * (1 + 1e-5));
        });
        values.data.forEach((value, i) => {
          expect(value).toBeLessThan(clear.values.data[i] as number);
        });
      }
      compiled.values.data.forEach((value, i) => {
        expect(value).toBeCloseTo(eager.values.data[i] as number, 2);
      });
    },
  );

  it('begins with the constants that an objective has for its first step', async () => {
    const engine = await createEngine({ device: 'cpu', threads: 1 });
    const { compileEmbedding } = await import('../../embedding/embed.ts');
    const embedding = await compileEmbedding(engine, smallNet, COUNT, { weights, unit: true });
    const own = { clean: await embedding.run({}, clean) };
    const moved = await attack(es, own, budget);
    moved.values.data.forEach((value) => {
      expect(value).toBeLessThan(-0.01);
    });
    await embedding.release();
  });
});

describe('apgd', () => {
  it('reaches lower than steps of one length that are too long', async () => {
    const long = { ...budget, steps: 12, alpha: 16 / 255 };
    const fixed = await attack(ranking, constants, long);
    const auto = await attack(ranking, constants, { ...long, stepRule: 'apgd' });
    expect(total(auto.values)).toBeLessThan(total(fixed.values));
  });

  it('has its checkpoints where the paper has them', () => {
    // Of 100 steps at 22, 41, 57, 70, 80, 87, 93 and 99 (Croce and Hein, 2020, section 3).
    const at = apgd.intervals(100).flatMap((interval, step) => (interval > 0 ? [step] : []));
    expect(at).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
    expect(apgd.intervals(100).reduce((sum, interval) => sum + interval, 0)).toBe(99);
    expect(apgd.intervals(1)).toEqual([0]);
  });
});

it('the best of two is taken image by image', () => {
  const of = (values: number[], images: number[]) => ({
    values: ndarray(Float32Array.from(values), [2]),
    images: ndarray(Float32Array.from(images), [2, 1, 1, 1]),
  });
  const { images, values } = bestOf(of([1, 4], [0.1, 0.2]), of([2, 3], [0.3, 0.4]));
  expect([...values.data]).toEqual([1, 3]);
  expect([...images.data].map((value) => value.toFixed(1))).toEqual(['0.1', '0.4']);
});
