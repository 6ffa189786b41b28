import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { folder } from '../../../trainer/data/folder.ts';
import { selectClasses } from '../../../trainer/data/select-classes.ts';
import type { LabelledImages } from '../../../trainer/types.ts';
import { patches } from '../support.ts';
import { bytesOf, pathsOf, photos, temporaryFolder, writeTree } from './support/tree.ts';

const root = temporaryFolder();
const memory = patches(4, 3, 8);
let files: LabelledImages;
beforeAll(async () => {
  writeTree(root, await photos(['a/1.jpg', 'b/1.jpg', 'c/1.jpg', 'c/2.jpg', 'd/1.jpg', 'e/1.jpg']));
  files = (await folder.load({ size: 28, channels: 3, folder: root, cache: root })).test;
});

describe('selectClasses', () => {
  it('keeps the pictures of the classes in memory, relabelled', () => {
    const selected = selectClasses(memory, (_, index) => index % 2 === 1);
    expect([selected.classes, [...selected.labels]]).toEqual([
      ['class 1', 'class 3'],
      [0, 0, 0, 1, 1, 1],
    ]);
    const length = 8 * 8 * 3;
    const expected = [3, 4, 5, 9, 10, 11].flatMap((row) => [
      ...bytesOf(memory).subarray(row * length, (row + 1) * length),
    ]);
    expect([...bytesOf(selected)]).toEqual(expected);
  });

  it('keeps the files of the classes, relabelled', () => {
    expect(files.classes).toEqual(['c', 'd', 'e']);
    const selected = selectClasses(files, (name) => name !== 'd');
    expect([selected.classes, [...selected.labels]]).toEqual([
      ['c', 'e'],
      [0, 0, 1],
    ]);
    expect(pathsOf(selected)).toEqual(['c/1.jpg', 'c/2.jpg', 'e/1.jpg'].map((name) => join(root, name)));
    expect(selected).toMatchObject({ name: 'folder', size: files.size, channels: 3 });
  });
});
