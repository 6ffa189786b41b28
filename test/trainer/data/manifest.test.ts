import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { manifest } from '../../../trainer/data/manifest.ts';
import { pathsOf, photos, temporaryFolder, writeTree } from './support/tree.ts';

const root = temporaryFolder();
const loadManifest = (path: string) => manifest.load({ size: 28, channels: 3, folder: path, cache: root });
const refusal = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

let pictures: Record<string, Uint8Array>;
beforeAll(async () => {
  pictures = await photos(['c/1.jpg', 'c/2.png', 'a/1.JPEG', 'b/1.jpg', 'b/0.jpg']);
});

describe('a list of pictures', () => {
  const write = (name: string, text: string): string =>
    join(writeTree(join(root, 'lists'), { ...pictures, [name]: text }), name);

  it('as CSV, without splits, trains on the first half of the labels', async () => {
    const { train, test } = await loadManifest(
      write('a.csv', '\uFEFFlabel,path\r\n"b, the ""second""",b/1.jpg\r\na,a/1.JPEG\r\n'),
    );
    expect([train.classes, pathsOf(train)]).toEqual([['a'], [join(root, 'lists', 'a/1.JPEG')]]);
    expect(test.classes).toEqual(['b, the "second"']);
  });

  it('as JSONL, with splits, keeps them and the order', async () => {
    const lines = [
      { path: 'c/1.jpg', label: 7, split: 'train' },
      { path: 'b/1.jpg', label: 'x', split: 'test' },
      { path: join(root, 'lists', 'a/1.JPEG'), label: '10', split: 'train' },
    ];
    const { train, test } = await loadManifest(
      write('a.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`),
    );
    expect(pathsOf(train)).toEqual(['c/1.jpg', 'a/1.JPEG'].map((name) => join(root, 'lists', name)));
    expect([train.classes, [...train.labels], test.classes]).toEqual([['10', '7'], [1, 0], ['x']]);
  });

  it.each<[string, string, string, RegExp]>([
    ['list.txt', 'path,label\n', 'DATA_MISSING', /neither \.csv nor \.jsonl/],
    ['quote.csv', 'path,label\n"a,b\n', 'DATA_DAMAGED', /quote/],
    ['short.csv', 'path,label\na/1.JPEG\n', 'DATA_DAMAGED', /entry 1 has 1 fields; the header has 2/],
    ['column.csv', 'path,label,size\na/1.JPEG,a,3\n', 'DATA_DAMAGED', /entry 1: .*size/],
    ['nolabel.csv', 'path,label\na/1.JPEG,\n', 'DATA_DAMAGED', /entry 1: label/],
    ['split.csv', 'path,label,split\na/1.JPEG,a,dev\n', 'DATA_DAMAGED', /entry 1: split/],
    ['one.csv', 'path,label\na/1.JPEG,a\n', 'DATA_DAMAGED', /nothing is left/],
    ['half.csv', 'path,label,split\na/1.JPEG,a,train\n', 'DATA_DAMAGED', /nothing is left/],
    ['empty.csv', '', 'DATA_DAMAGED', /nothing is left/],
    ['bad.jsonl', '{"path":"a/1.JPEG","label":"a"}\n{', 'DATA_DAMAGED', /line 2 is not JSON/],
    [
      'some.jsonl',
      '{"path":"a","label":"a","split":"test"}\n{"path":"b","label":"b"}',
      'DATA_DAMAGED',
      /b has no split/,
    ],
    [
      'gone.jsonl',
      '{"path":"a/1.JPEG","label":"a"}\n{"path":"b/9.jpg","label":"b"}',
      'DATA_MISSING',
      /b\/9\.jpg is missing/,
    ],
  ])('is refused: %s', async (name, text, code, message) => {
    await expect(loadManifest(write(name, text))).rejects.toThrow(refusal(code, message));
  });

  it('is refused when it is not there', async () => {
    const path = write('away.csv', '');
    rmSync(path);
    await expect(loadManifest(path)).rejects.toThrow(refusal('DATA_MISSING', /away\.csv cannot be read/));
  });
});
