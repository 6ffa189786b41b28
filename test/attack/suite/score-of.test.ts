import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noise, square } from '../../../attack/black-box/index.ts';
import { startAttack } from '../../../attack/suite/compiled.ts';
import { es, qaPlus, rk } from '../../../attack/suite/index.ts';
import { createQueries, createScene } from '../../../attack/suite/scene.ts';
import { distanceScore, rankingScore } from '../../../attack/suite/score-of.ts';
import type { Queries, RetrievalAttack, Scene } from '../../../attack/suite/types.ts';
import { createRandom } from '../../../base/random.ts';
import { type CompiledEmbedding, compileEmbedding } from '../../../embedding/embed.ts';
import { takeRows } from '../../../engine/arrays.ts';
import { createEngine } from '../../../engine/index.ts';
import type { Engine } from '../../../engine/types.ts';
import { images, smallNet } from '../support/small-net.ts';

const COUNT = 8;
const labels = [0, 0, 1, 1, 2, 2, 3, 3];
const rows = labels.map((_, row) => row);
const weights = smallNet.init(createRandom(0));
const budget = { epsilon: 16 / 255, alpha: 4 / 255, steps: 12, keepBest: true };

describe('what an adversary without gradients is told', () => {
  let engine: Engine;
  let embedding: CompiledEmbedding;
  let scene: Scene;
  let queries: Queries;

  beforeAll(async () => {
    engine = await createEngine({ device: 'cpu', threads: 1 });
    embedding = await compileEmbedding(engine, smallNet, COUNT, { weights, unit: true });
    const gallery = await embedding.run({}, images);
    scene = await createScene({ engine, metric: 'N', protocol: 'exact', gallery, labels, count: COUNT });
    queries = await createQueries(scene, takeRows(gallery, rows), labels, rows);
  });

  afterAll(async () => {
    await scene.table.release();
    await embedding.release();
  });

  const asked = (attack: RetrievalAttack) => {
    const targets = attack.choose(scene, queries, createRandom('targets'));
    return { engine, embedding, scene, attack, queries, targets };
  };

  it.each([rk, es, qaPlus].map((attack) => [attack.id, attack] as const))(
    'of distances, for %s, is what the attack with gradients minimises',
    async (_, attack) => {
      const setting = asked(attack);
      const running = startAttack(
        { engine, backbone: smallNet, weights, embedding, budget },
        scene,
        attack,
        createRandom(1),
      );
      const white = await running.run(images, queries, setting.targets);
      const { score, release } = await distanceScore(setting);
      const values = await score(white.images);
      expect(white.values?.data).toHaveLength(COUNT);
      white.values?.data.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 4);
      });
      const before = await score(images);
      expect(Array.from(values).some((value, i) => value < (before[i] as number) - 1e-3)).toBe(true);
      await running.release();
      await release();
    },
  );

  it('of distances lets Square come nearer to its aim than noise, and less near than gradients', async () => {
    const setting = asked(rk);
    const running = startAttack({ engine, backbone: smallNet, weights, embedding, budget }, scene, rk, createRandom(1));
    const white = await running.run(images, queries, setting.targets);
    const { score, release } = await distanceScore(setting);
    const limits = { epsilon: budget.epsilon, queries: 200 };
    const sum = (values: ArrayLike<number> | undefined) =>
      Array.from(values ?? []).reduce((all, value) => all + value, 0);
    const blind = sum((await noise.run(score, images, limits, createRandom(2))).values);
    const squares = sum((await square.run(score, images, limits, createRandom(3))).values);
    expect(squares).toBeLessThan(blind);
    expect(sum(white.values?.data)).toBeLessThan(squares);
    await running.release();
    await release();
  });

  it('of places is the measure of the attack, low where the adversary has what it wants', async () => {
    const setting = asked(qaPlus);
    const wanted = rankingScore(setting, true);
    const clean = await wanted(images);
    const measured = await qaPlus.score(scene, queries, setting.targets, {
      embeddings: queries.embeddings,
      distances: queries.distances,
    });
    expect(clean).toEqual(measured['QA+']);
    const feared = await rankingScore(setting, false)(images);
    expect(feared).toEqual(Array.from(clean, (value) => -value));
  });
});
