import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folder } from '../../../trainer/data/folder.ts';
import { pathsOf, photos, temporaryFolder, writeTree } from './support/tree.ts';

const root = temporaryFolder();
const loadFolder = (path: string) => folder.load({ size: 28, channels: 3, folder: path, cache: root });
const refusal = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

let pictures: Record<string, Uint8Array>;
beforeAll(async () => {
  pictures = await photos(['c/1.jpg', 'c/2.png', 'a/1.JPEG', 'b/1.jpg', 'b/0.jpg']);
});

describe('a folder of class folders', () => {
  it('trains on the first half of the class names, rounded down', async () => {
    const path = writeTree(join(root, 'flat'), {
      ...pictures,
      'c/notes.txt': '',
      '.cache/1.jpg': '',
      'a/.hidden.jpg': '',
    });
    const { train, test } = await loadFolder(path);
    expect([pathsOf(train), train.classes, [...train.labels]]).toEqual([[join(path, 'a/1.JPEG')], ['a'], [0]]);
    expect(pathsOf(test)).toEqual(['b/0.jpg', 'b/1.jpg', 'c/1.jpg', 'c/2.png'].map((name) => join(path, name)));
    expect([test.classes, [...test.labels]]).toEqual([
      ['b', 'c'],
      [0, 0, 1, 1],
    ]);
  });

  it('has train and test as halves where they are, sharing classes if they do', async () => {
    const files = Object.entries(pictures).map(([name, bytes], i) => [
      i === 0 ? `test/${name}` : `train/${name}`,
      bytes,
    ]);
    const { train, test } = await loadFolder(writeTree(join(root, 'split'), Object.fromEntries(files)));
    expect([train.classes, test.classes]).toEqual([['a', 'b', 'c'], ['c']]);
    expect([train.labels.length, test.labels.length]).toEqual([4, 1]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['has no folders', { 'a.jpg': '' }, 'DATA_MISSING', /has no folders; name a folder/],
    ['has a class without pictures', { 'a/1.jpg': '', 'b/1.bmp': '' }, 'DATA_DAMAGED', /b has no file that ends in/],
    ['has one class', { 'a/1.jpg': '' }, 'DATA_DAMAGED', /one class; two are needed/],
    ['has only train', { 'train/1.jpg': '' }, 'DATA_DAMAGED', /one class/],
  ])('is refused when it %s', async (name, files, code, message) => {
    await expect(loadFolder(writeTree(join(root, name), files))).rejects.toThrow(refusal(code, message));
  });

  it('is refused when it is not there', async () => {
    await expect(loadFolder(join(root, 'nowhere'))).rejects.toThrow(refusal('DATA_MISSING', /nowhere is no folder/));
  });
});
