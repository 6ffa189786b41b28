import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { lenet } from '../../embedding/backbones/lenet.ts';
import { createEngine } from '../../engine/index.ts';
import { folder } from '../../trainer/data/folder.ts';
import { evaluate } from '../../trainer/evaluate.ts';
import { storedPicture } from '../../trainer/loading/stored.ts';
import type { LabelledImages } from '../../trainer/types.ts';
import { photos, temporaryFolder, writeTree } from './data/support/tree.ts';

const root = temporaryFolder();

/** The same pictures, held in memory. */
async function inMemory(images: LabelledImages): Promise<LabelledImages> {
  const rows = await Promise.all([...images.labels.keys()].map((row) => storedPicture(images, row)));
  return { ...images, pictures: { kind: 'bytes', bytes: Buffer.concat(rows) } };
}

it('pictures in files are judged as the same pictures in memory are', async () => {
  const names = ['a', 'b', 'c'].flatMap((name) => [1, 2, 3, 4].map((i) => `${name}/${i}.jpg`));
  writeTree(join(root, 'set'), await photos(names));
  const { size, channels } = lenet;
  const { test: files } = await folder.load({ size, channels, folder: join(root, 'set'), cache: root });
  const engine = await createEngine({ threads: 1 });
  const judge = (images: LabelledImages) =>
    evaluate(lenet.init(createRandom('weights')), {
      engine,
      backbone: lenet,
      images,
      queries: 3,
      random: createRandom('queries'),
      budget: { epsilon: 8 / 255, alpha: 4 / 255, steps: 2 },
    });
  const fromFiles = await judge(files);
  expect(fromFiles).toEqual(await judge(await inMemory(files)));
  expect(fromFiles.attacked).toBe(3);
  expect(fromFiles.shiftPerLevel).toBeGreaterThan(0);
});
