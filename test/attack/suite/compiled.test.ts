import { beforeAll, describe, expect, it } from 'vitest';
import { startAttack } from '../../../attack/suite/compiled.ts';
import { evaluationAttacks, rk, spqaMinus, spqaPlus } from '../../../attack/suite/index.ts';
import { createQueries, createScene } from '../../../attack/suite/scene.ts';
import type { Protocol, RetrievalAttack } from '../../../attack/suite/types.ts';
import type { Metric } from '../../../attack/types.ts';
import { createRandom } from '../../../base/random.ts';
import { compileEmbedding } from '../../../embedding/embed.ts';
import { concatRows, ndarray } from '../../../engine/arrays.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import { createEngine } from '../../../engine/index.ts';
import type { Engine } from '../../../engine/types.ts';
import { images, smallNet } from '../support/small-net.ts';

const COUNT = 8;
const weights = smallNet.init(createRandom('small'));
const budget = { epsilon: 8 / 255, alpha: 2 / 255, steps: 3 };
const noise = createRandom('noise');
const rest = ndarray(
  Float32Array.from({ length: 40 * 16 }, () => 0.2 * noise.normal()),
  [40, 16],
);
const labels = Array.from({ length: COUNT + 40 }, (_, row) => row % 5);

async function attackOn(engine: Engine, attack: RetrievalAttack, metric: Metric, protocol: Protocol) {
  const embedding = await compileEmbedding(engine, smallNet, COUNT, { weights, unit: metric !== 'E' });
  const clean = await embedding.run({}, images);
  const gallery = concatRows([clean, rest]);
  const scene = await createScene({ engine, metric, protocol, gallery, labels, count: COUNT });
  const rows = Array.from({ length: COUNT }, (_, row) => row);
  const queries = await createQueries(scene, clean, labels.slice(0, COUNT), rows);
  const targets = attack.choose(scene, queries, createRandom('targets'));
  const running = startAttack(
    { engine, backbone: smallNet, weights, embedding, budget },
    scene,
    attack,
    createRandom(0),
  );
  const attacked = await running.run(images, queries, targets);
  await running.release();
  await scene.table.release();
  await embedding.release();
  return { targets, ...attacked };
}

describe('an attack compiled', () => {
  let compiled: Engine;
  beforeAll(async () => {
    compiled = await createEngine({ device: 'cpu', threads: 1 });
  });

  it.each([...evaluationAttacks, rk, spqaPlus(10), spqaMinus()])('$id does what it does eagerly', async (attack) => {
    // The first step of ES follows rounding: from there on the two go ways of their own.
    const [bound, digits] = attack.id === 'ES' ? [0.1, 1] : [0.005, 4];
    for (const [metric, protocol] of [
      ['N', 'exact'],
      ['E', 'robrank'],
    ] as const) {
      const expected = await attackOn(createEagerEngine(), attack, metric, protocol);
      const actual = await attackOn(compiled, attack, metric, protocol);
      expect(actual.targets).toEqual(expected.targets);
      const differing = actual.images.data.filter(
        (value, i) => Math.abs(value - (expected.images.data[i] as number)) > 1e-5,
      );
      expect(differing.length / actual.images.data.length).toBeLessThanOrEqual(bound);
      expect(actual.trace).toHaveLength(budget.steps);
      actual.trace.forEach((value, step) => {
        expect(value).toBeCloseTo(expected.trace[step] as number, digits);
      });
      if (attack.id !== 'ES') expect(actual.trace[0] as number).toBeGreaterThan(actual.trace[2] as number);
      expect(actual.previous?.shape).toEqual(protocol === 'exact' ? undefined : [COUNT, smallNet.dimension]);
      expect(expected.previous?.shape).toEqual(actual.previous?.shape);
      actual.previous?.data.forEach((value, i) => {
        expect(Math.abs(value - (expected.previous?.data[i] as number))).toBeLessThan(attack.id === 'ES' ? 0.1 : 0.01);
      });
    }
  });
});
