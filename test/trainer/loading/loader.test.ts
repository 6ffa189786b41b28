import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import { decodePicture } from '../../../embedding/decode.ts';
import { preprocess, toPixels } from '../../../embedding/preprocess.ts';
import type { NdArray } from '../../../engine/types.ts';
import { folder } from '../../../trainer/data/folder.ts';
import { selectClasses } from '../../../trainer/data/select-classes.ts';
import { createLoader, type Loader } from '../../../trainer/loading/index.ts';
import type { LabelledImages } from '../../../trainer/types.ts';
import { pathsOf, photo, photos, temporaryFolder, writeTree } from '../data/support/tree.ts';
import { patches } from '../support.ts';

const root = temporaryFolder();
const memory = patches(4, 5, 12);
let files: LabelledImages;

const opened: Loader[] = [];
function open(images: LabelledImages, options: Partial<Parameters<typeof createLoader>[1]> = {}): Loader {
  const loader = createLoader(images, {
    size: images.pictures.kind === 'files' ? 28 : images.size,
    channels: 3,
    augmentation: images.pictures.kind === 'files' ? 'crop' : 'pose',
    ...options,
  });
  opened.push(loader);
  return loader;
}

beforeAll(async () => {
  const names = Array.from({ length: 12 }, (_, i) => `${i < 6 ? 'a' : 'b'}/${i}.${i % 2 === 0 ? 'jpg' : 'png'}`);
  writeTree(join(root, 'files'), await photos(names));
  files = (await folder.load({ size: 28, channels: 3, folder: join(root, 'files'), cache: root })).test;
});
afterAll(async () => {
  await Promise.all(opened.map((loader) => loader.close()));
});

const bits = ({ shape, data }: NdArray): string =>
  `${shape} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}`;

async function epochOf(loader: Loader, batches: readonly number[][], random: Random, from?: number): Promise<string[]> {
  const result: string[] = [];
  for await (const batch of loader.epoch(batches, random, from)) result.push(bits(batch));
  return result;
}

const BATCHES = [[0, 1, 2], [5, 5], [3, 4, 0, 1], [2], [1, 0]];

describe('an epoch', () => {
  it('has the same bits for any number of threads and of batches ahead, whatever was asked for before', async () => {
    const twin = open(memory, { threads: 0 });
    const loaders = [
      open(memory, { threads: 1, ahead: 1 }),
      open(memory, { threads: 2, ahead: 9 }),
      open(memory, { threads: 3, ahead: 4 }),
    ];
    const rows = fc.array(fc.array(fc.nat(memory.labels.length - 1), { minLength: 1, maxLength: 6 }), { maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer(), async (batches, seed) => {
        const expected = await epochOf(twin, batches, createRandom(seed));
        for (const loader of loaders) expect(await epochOf(loader, batches, createRandom(seed))).toEqual(expected);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('has them for pictures in files too', async () => {
    const expected = await epochOf(open(files, { threads: 0 }), BATCHES, createRandom(4));
    for (const threads of [1, 3]) {
      expect(await epochOf(open(files, { threads }), BATCHES, createRandom(4))).toEqual(expected);
    }
  });

  it.each([0, 1])('goes on in the middle as if it had not been stopped (threads: %i)', async (threads) => {
    const loader = open(memory, { threads });
    const whole = await epochOf(loader, BATCHES, createRandom(5));
    for (const from of [0, 2, 4, 5]) {
      const random = createRandom(5);
      random.uniform();
      expect(await epochOf(loader, BATCHES, random, from)).toEqual(whole.slice(from));
    }
  });

  it('changes every row anew, and with the seed', async () => {
    const loader = open(memory, { threads: 0 });
    const first = await epochOf(
      loader,
      [
        [1, 1],
        [1, 1],
      ],
      createRandom(6),
    );
    expect(
      new Set([
        ...first,
        ...(await epochOf(
          loader,
          [
            [1, 1],
            [1, 1],
          ],
          createRandom(7),
        )),
      ]).size,
    ).toBe(4);
    const [batch] = [
      await loader
        .epoch([[1, 1]], createRandom(6))
        [Symbol.asyncIterator]()
        .next(),
    ];
    const data = batch.value?.data as Float32Array;
    expect([...data.subarray(0, data.length / 2)]).not.toEqual([...data.subarray(data.length / 2)]);
  });

  it('reads no more batches ahead than it may', async () => {
    const path = writeTree(
      join(root, 'bounded'),
      await photos(['a/0.jpg', 'b/0.jpg', 'b/1.jpg', 'b/2.jpg', 'b/3.jpg']),
    );
    const images = (await folder.load({ size: 28, channels: 3, folder: path, cache: root })).test;
    const loader = open(images, { threads: 1, ahead: 2 });
    const batches = loader.epoch([[0], [1], [2], [3]], createRandom(1))[Symbol.asyncIterator]();
    await batches.next();
    // Batches 1 and 2 are asked for by now; 3 is not. The thread has read what it was asked for when it answers again.
    await loader.batch([0]);
    rmSync(pathsOf(images)[3] as string);
    await batches.next();
    await batches.next();
    await expect(batches.next()).rejects.toMatchObject({
      code: 'DATA_MISSING',
      message: expect.stringContaining('b/3.jpg'),
    });
  });
});

describe('a batch for evaluation', () => {
  it('is what a server would see of the picture', async () => {
    const loader = open(files, { threads: 0 });
    const { shape, data } = await loader.batch([4, 1]);
    expect(shape).toEqual([2, 28, 28, 3]);
    for (const [i, row] of [4, 1].entries()) {
      const name = pathsOf(files)[row] as string;
      const picture = await decodePicture(await photo(name.slice(join(root, 'files').length + 1)));
      const seen = await preprocess(picture, folder.preprocessing({ size: 28, channels: 3 }));
      expect([...data.subarray(i * seen.length, (i + 1) * seen.length)]).toEqual([...toPixels(seen)]);
    }
  });

  it('can be asked for within an epoch', async () => {
    for (const images of [memory, files]) {
      const loader = open(images, { threads: 1 });
      const expected = await epochOf(loader, BATCHES, createRandom(8));
      const alone = bits(await loader.batch([2, 3]));
      const seen: string[] = [];
      for await (const batch of loader.epoch(BATCHES, createRandom(8))) {
        seen.push(bits(batch));
        expect(bits(await loader.batch([2, 3]))).toBe(alone);
      }
      expect(seen).toEqual(expected);
    }
  });

  it('is grey for networks of one channel', async () => {
    const grey = await folder.load({ size: 28, channels: 1, folder: join(root, 'files'), cache: root });
    const loader = open(grey.train, { channels: 1, threads: 0 });
    expect((await loader.batch([0])).shape).toEqual([1, 28, 28, 1]);
    expect((await epochOf(loader, [[0, 1]], createRandom(1)))[0]).toMatch(/^2,28,28,1 /);
  });
});

describe('a loader', () => {
  it('names a file that is no picture, or is cut off, and goes on', async () => {
    const whole = await photo('x.jpg');
    const path = writeTree(join(root, 'damaged'), {
      'a/0.jpg': whole,
      'b/0.jpg': 'no picture',
      'b/1.jpg': whole.subarray(0, whole.length / 2),
      'b/2.jpg': whole,
    });
    const images = (await folder.load({ size: 28, channels: 3, folder: path, cache: root })).test;
    const loader = open(images, { threads: 1 });
    for (const [row, name] of [
      [0, 'b/0.jpg'],
      [1, 'b/1.jpg'],
    ] as const) {
      const error = { code: 'DATA_DAMAGED', message: expect.stringContaining(join(path, name)) };
      await expect(loader.batch([2, row])).rejects.toMatchObject(error);
      await expect(epochOf(loader, [[2], [row, 2]], createRandom(1))).rejects.toMatchObject(error);
    }
    expect((await loader.batch([2])).shape).toEqual([1, 28, 28, 3]);
    writeFileSync(pathsOf(images)[0] as string, whole);
    expect((await loader.batch([0])).shape).toEqual([1, 28, 28, 3]);
  });

  it('refuses pictures that are too small or of other channels', () => {
    const refusal = expect.objectContaining({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('12 x 12 x 3'),
    });
    expect(() => open(memory, { size: 13 })).toThrow(refusal);
    expect(() => open(memory, { channels: 1 })).toThrow(refusal);
  });

  it('counts the seconds that were waited for it, and no others', async () => {
    const loader = open(memory, { threads: 1, ahead: 4 });
    expect(loader.waited).toBe(0);
    await epochOf(loader, [[0]], createRandom(1));
    const first = loader.waited;
    expect(first).toBeGreaterThan(0);
    const started = performance.now();
    let elsewhere = 0;
    for await (const _ of loader.epoch(BATCHES, createRandom(1))) {
      const left = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 40));
      elsewhere += performance.now() - left;
    }
    const waited = 1000 * (loader.waited - first);
    expect(waited).toBeLessThanOrEqual(performance.now() - started - elsewhere);
  });

  it('copies from memory without a thread when nothing is changed', async () => {
    const loader = open(memory, { augmentation: 'none' });
    const [batch] = await epochOf(loader, [[3, 7]], createRandom(1));
    expect(batch).toBe(bits(await loader.batch([3, 7])));
  });

  it('shares the bytes of a set with its threads', async () => {
    const shared = selectClasses(memory, () => true);
    if (shared.pictures.kind !== 'bytes') throw new Error('not in memory');
    const loader = open(shared, { threads: 1 });
    const before = await epochOf(loader, [[0]], createRandom(1));
    shared.pictures.bytes.fill(0, 0, 12 * 12 * 3);
    expect(await epochOf(loader, [[0]], createRandom(1))).not.toEqual(before);
  });

  it('takes a selection of classes', async () => {
    const selected = selectClasses(memory, (_, index) => index === 2);
    const [part, whole] = [selected, memory].map((images) => open(images, { threads: 0 }));
    expect(bits((await part?.batch([1])) as NdArray)).toBe(bits((await whole?.batch([11])) as NdArray));
  });

  it('closes in the middle of an epoch, more than once, and is of no use then', async () => {
    const loader = open(files, { threads: 2 });
    for await (const _ of loader.epoch(BATCHES, createRandom(1))) break;
    const late = loader.batch([0]);
    late.catch(() => undefined);
    await Promise.all([loader.close(), loader.close()]);
    await expect(late).rejects.toThrow(/closed/);
    await expect(loader.batch([0])).rejects.toThrow(/closed/);
    await expect(epochOf(loader, BATCHES, createRandom(1))).rejects.toThrow(/closed/);
  });
});
