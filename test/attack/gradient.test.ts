import { describe, expect, it } from 'vitest';
import { compileGradient } from '../../attack/gradient.ts';
import { es, ranking } from '../../attack/objectives/index.ts';
import type { Constants, Objective } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { compileEmbedding } from '../../embedding/embed.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import { createEngine } from '../../engine/index.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import { images, smallNet } from './support/small-net.ts';
import { evaluateObjective } from './support/tensors.ts';

const COUNT = 8;
const random = createRandom('gradient');
const weights = smallNet.init(random);
const rows = (): NdArray =>
  ndarray(
    Float32Array.from({ length: COUNT * smallNet.dimension }, () => random.normal() / 4),
    [COUNT, smallNet.dimension],
  );
const constants = { same: rows(), other: rows() };

async function gradientOf(engine: Engine, objective: Objective, given: Constants): Promise<NdArray> {
  const shapes = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, shape]));
  const program = await compileGradient(engine, smallNet, objective, { count: COUNT, constants: shapes, weights });
  const gradient = await program.run(images, given);
  await program.release();
  return gradient;
}

describe('the gradient that an attack sees', () => {
  it('is how an objective changes with the pixels of each image', async () => {
    const engine = createEagerEngine();
    const { data, shape } = await gradientOf(engine, ranking, constants);
    expect(shape).toEqual(images.shape);
    const embedding = await compileEmbedding(engine, smallNet, COUNT, { weights, unit: true });
    const valuesAt = async (step: number): Promise<readonly number[]> => {
      const moved = Float32Array.from(images.data, (value, i) => value + step * (data[i] as number));
      return evaluateObjective(ranking, await embedding.run({}, ndarray(moved, shape)), constants).values;
    };
    const step = 1e-3;
    const [up, down] = [await valuesAt(step), await valuesAt(-step)];
    const length = data.length / COUNT;
    up.forEach((value, i) => {
      const square = Array.from(data.subarray(i * length, (i + 1) * length)).reduce((sum, one) => sum + one ** 2, 0);
      const slope = (value - (down[i] as number)) / (2 * step);
      expect(Math.abs(slope / square - 1)).toBeLessThan(0.05);
    });
  });

  it('is the same compiled', async () => {
    const compiled = await gradientOf(await createEngine({ device: 'cpu', threads: 1 }), ranking, constants);
    const eager = await gradientOf(createEagerEngine(), ranking, constants);
    compiled.data.forEach((value, i) => {
      expect(value).toBeCloseTo(eager.data[i] as number, 4);
    });
  });

  it('is that of the first step: at no distance there is a direction all the same', async () => {
    const engine = createEagerEngine();
    const embedding = await compileEmbedding(engine, smallNet, COUNT, { weights, unit: true });
    const { data } = await gradientOf(engine, es, { clean: await embedding.run({}, images) });
    const length = data.length / COUNT;
    for (let i = 0; i < COUNT; i++)
      expect(data.subarray(i * length, (i + 1) * length).some((value) => value !== 0)).toBe(true);
  });
});
