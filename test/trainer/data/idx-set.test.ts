import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toColours } from '../../../embedding/preprocess.ts';
import { resample } from '../../../embedding/resample.ts';
import { fashionMnist } from '../../../trainer/data/fashion-mnist.ts';
import { readIdx } from '../../../trainer/data/idx.ts';
import { idxDataSet } from '../../../trainer/data/idx-set.ts';
import { mnist } from '../../../trainer/data/mnist.ts';
import { idxFile, idxTree } from './support/idx.ts';
import { bytesOf, temporaryFolder, writeTree } from './support/tree.ts';

const root = temporaryFolder();
const level = (picture: number, pixel: number): number => (picture * 31 + pixel * 7) % 256;
const small = idxDataSet({
  name: 'small',
  summary: 'a set of the test',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  origin: 'put the files into a folder',
  counts: { train: 12, test: 5 },
});
const load = (folder: string | undefined, size = 28, channels: 1 | 3 = 1, set = small) =>
  set.load({ size, channels, folder, cache: root });
const refusal = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('a set in the files of MNIST', () => {
  it.each([false, true])(
    'has the official halves with their labels, all classes in both (gzipped: %s)',
    async (gzipped) => {
      const folder = writeTree(join(root, `whole ${gzipped}`), idxTree(12, 5, level, gzipped));
      const { train, test } = await load(folder);
      expect([train.size, train.channels, train.classes.length]).toEqual([28, 1, 10]);
      expect([...train.labels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
      expect([...test.labels]).toEqual([0, 1, 2, 3, 4]);
      expect(bytesOf(train)).toEqual(
        Uint8Array.from({ length: 12 * 784 }, (_, i) => level(Math.floor(i / 784), i % 784)),
      );
      expect(bytesOf(test).length).toBe(5 * 784);
      expect(bytesOf(train).buffer).toBeInstanceOf(SharedArrayBuffer);
    },
  );

  it('is scaled and coloured for networks that want it', async () => {
    const folder = writeTree(join(root, 'coloured'), idxTree(12, 5, level));
    const { test } = await load(folder, 32, 3);
    const grey = Uint8Array.from({ length: 784 }, (_, pixel) => level(4, pixel));
    const expected = resample({ width: 28, height: 28, data: toColours(grey) }, 3, 32, 32);
    expect(bytesOf(test).subarray(4 * 3072)).toEqual(expected);
    expect(small.preprocessing({ size: 28, channels: 1 })).toEqual({
      size: 28,
      fit: 'fill',
      kernel: 'linear',
      channels: 1,
    });
  });

  it.each<[string, Record<string, Buffer>, string, RegExp]>([
    [
      'lacks a file',
      { ...idxTree(12, 5, level), 't10k-labels-idx1-ubyte': Buffer.alloc(0) },
      'DATA_DAMAGED',
      /labels.*not an IDX/,
    ],
    ['has other counts', idxTree(11, 5, level), 'DATA_DAMAGED', /11 pictures.*5 for the test.*12 and 5/],
    [
      'has pictures of another size',
      { ...idxTree(12, 5, level), 'train-images-idx3-ubyte': idxFile([12, 2, 2], Buffer.alloc(48)) },
      'DATA_DAMAGED',
      /shape \[12,2,2\] instead of \[count,28,28\]/,
    ],
    [
      'has more labels than pictures',
      { ...idxTree(12, 5, level), 'train-labels-idx1-ubyte': idxFile([13], Buffer.alloc(13)) },
      'DATA_DAMAGED',
      /12 pictures and 13 labels/,
    ],
    [
      'has a label too high',
      { ...idxTree(12, 5, level), 't10k-labels-idx1-ubyte': idxFile([5], Buffer.alloc(5, 10)) },
      'DATA_DAMAGED',
      /label 10/,
    ],
  ])('is refused when it %s', async (name, files, code, message) => {
    await expect(load(writeTree(join(root, name), files))).rejects.toThrow(refusal(code, message));
  });

  it('names a missing file and says where it comes from', async () => {
    const { 't10k-images-idx3-ubyte': _, ...files } = idxTree(12, 5, level);
    const folder = writeTree(join(root, 'missing'), files);
    await expect(load(folder)).rejects.toThrow(
      refusal('DATA_MISSING', /t10k-images-idx3-ubyte is missing.*put the files/),
    );
    await expect(load(undefined)).rejects.toThrow(refusal('DATA_MISSING', /put the files/));
  });

  it.each([mnist, fashionMnist])('$name has 60,000 and 10,000 pictures', async (set) => {
    const folder = writeTree(join(root, set.name), idxTree(12, 5, level));
    await expect(load(folder, 28, 1, set)).rejects.toThrow(refusal('DATA_DAMAGED', /60000 and 10000/));
    expect([set.augmentation, set.needsFolder]).toEqual(['none', set === mnist]);
  });
});

describe('an IDX file', () => {
  it('is an array of bytes', () => {
    expect(readIdx(idxFile([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)), 'a')).toEqual({
      shape: [2, 3],
      data: Buffer.from([1, 2, 3, 4, 5, 6]),
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['is empty', Buffer.alloc(0), /not an IDX file/],
    ['begins otherwise', Buffer.from([1, 0, 8, 0]), /not an IDX file/],
    ['has numbers of another type', idxFile([1], Buffer.alloc(4), 0x0d), /type 13/],
    ['is cut off in its header', idxFile([1, 1], Buffer.alloc(1)).subarray(0, 9), /header is cut off/],
    ['is too short', idxFile([3], Buffer.alloc(2)), /2 bytes instead of 3/],
    ['is too long', idxFile([3], Buffer.alloc(4)), /4 bytes instead of 3/],
    ['is a damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0]), /unzipped/],
  ])('is refused when it %s', (_, file, message) => {
    expect(() => readIdx(file, 'a')).toThrow(refusal('DATA_DAMAGED', message));
  });
});
