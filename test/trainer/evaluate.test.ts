import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { lenet } from '../../embedding/backbones/lenet.ts';
import { createEngine } from '../../engine/index.ts';
import { folder } from '../../trainer/data/folder.ts';
import { evaluate } from '../../trainer/evaluate.ts';
import { createLoader } from '../../trainer/loading/index.ts';
import { storedPicture } from '../../trainer/loading/stored.ts';
import type { LabelledImages } from '../../trainer/types.ts';
import { photos, temporaryFolder, writeTree } from './data/support/tree.ts';
import { patches } from './support.ts';
import { tiny } from './tiny.ts';

const root = temporaryFolder();

/** The same pictures, held in memory. */
async function inMemory(images: LabelledImages): Promise<LabelledImages> {
  const rows = await Promise.all([...images.labels.keys()].map((row) => storedPicture(images, row)));
  return { ...images, pictures: { kind: 'bytes', bytes: Buffer.concat(rows) } };
}

it('evaluates a network clean and under attack, and calibrates its shift', async () => {
  const pictures = patches(6, 4);
  const shares: number[] = [];
  const run = async (steps: number) =>
    evaluate(compact.init(createRandom(1)), {
      engine: await createEngine({ device: 'cpu', threads: 2 }),
      backbone: compact,
      labels: pictures.labels,
      read: createLoader(pictures, { size: 32, channels: 3, augmentation: 'none' }).batch,
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

it('pictures in files are judged as the same pictures in memory are', async () => {
  const names = ['a', 'b', 'c'].flatMap((name) => [1, 2, 3, 4].map((i) => `${name}/${i}.jpg`));
  writeTree(join(root, 'set'), await photos(names));
  const { size, channels } = lenet;
  const { test: files } = await folder.load({ size, channels, folder: join(root, 'set'), cache: root });
  const engine = await createEngine({ threads: 1 });
  const judge = (images: LabelledImages) => {
    const loader = createLoader(images, { size, channels, augmentation: 'none' });
    return evaluate(lenet.init(createRandom('weights')), {
      engine,
      backbone: lenet,
      labels: images.labels,
      read: loader.batch,
      queries: 3,
      random: createRandom('queries'),
      budget: { epsilon: 8 / 255, alpha: 4 / 255, steps: 2 },
    }).finally(() => loader.close());
  };
  const fromFiles = await judge(files);
  expect(fromFiles).toEqual(await judge(await inMemory(files)));
  expect(fromFiles.attacked).toBe(3);
  expect(fromFiles.shiftPerLevel).toBeGreaterThan(0);
});

it('attacks queries for which there is something to find', async () => {
  const pictures = patches(6, 4, tiny.size);
  // Half of the classes are left with one image.
  const labels = pictures.labels.map((label, row) => (label < 3 ? label : 10 + row));
  const result = await evaluate(tiny.init(createRandom(1)), {
    engine: await createEngine({ threads: 1 }),
    backbone: tiny,
    labels,
    read: createLoader(pictures, { size: tiny.size, channels: 3, augmentation: 'none' }).batch,
    queries: 100,
    random: createRandom(2),
    budget: { epsilon: 8 / 255, alpha: 8 / 255, steps: 1 },
  });
  expect(result.attacked).toBe(12);
  expect(12 * result.es).toBeCloseTo(Math.round(12 * result.es), 9);
});
