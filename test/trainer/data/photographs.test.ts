import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cars196, cars196With } from '../../../trainer/data/cars196.ts';
import { cub, cubWith } from '../../../trainer/data/cub.ts';
import { sop, sopWith } from '../../../trainer/data/sop.ts';
import type { DataSet } from '../../../trainer/types.ts';
import { carsFile } from './support/mat.ts';
import { pathsOf, photos, temporaryFolder, writeTree } from './support/tree.ts';

const root = temporaryFolder();
const load = (set: DataSet, folder: string | undefined) => set.load({ size: 28, channels: 3, folder, cache: root });
const counts = { train: 3, test: 2 };

const birds = [
  '001.Albatross/A_2.jpg',
  '001.Albatross/A_1.jpg',
  '100.Pelican/P_1.jpg',
  '101.White_Pelican/W_1.jpg',
  '200.Yellowthroat/Y_1.jpg',
];
const cars: [string, number][] = [
  ['car_ims/000003.jpg', 98],
  ['car_ims/000001.jpg', 2],
  ['car_ims/000002.jpg', 196],
  ['car_ims/000005.jpg', 1],
  ['car_ims/000004.jpg', 99],
];
const goods = [
  'chair_final/1_0.JPG',
  'chair_final/1_1.JPG',
  'mug_final/2_0.JPG',
  'mug_final/3_0.JPG',
  'mug_final/3_1.JPG',
];
const carNames = Array.from({ length: 196 }, (_, i) => `car ${i + 1}`);

beforeAll(async () => {
  const inFolder = async (names: readonly string[], folder = '') =>
    Object.fromEntries(Object.entries(await photos(names)).map(([name, bytes]) => [join(folder, name), bytes]));
  writeTree(join(root, 'cub'), {
    // Not in the order of the ids, which is the one that counts.
    'images.txt': [5, 1, 2, 3, 4].map((id) => `${id} ${birds[id - 1]}\n`).join(''),
    'image_class_labels.txt': [1, 1, 100, 101, 200].map((label, i) => `${i + 1} ${label}\n`).join(''),
    'train_test_split.txt': birds.map((_, i) => `${i + 1} 0\n`).join(''),
    ...(await inFolder(birds, 'images')),
  });
  writeTree(join(root, 'cars196'), {
    'cars_annos.mat': carsFile(cars, carNames),
    ...(await inFolder(cars.map(([path]) => path))),
  });
  const header = 'image_id class_id super_class_id path\n';
  writeTree(join(root, 'sop'), {
    'Ebay_train.txt': `${header}1 1 1 ${goods[0]}\n2 1 1 ${goods[1]}\n3 2 2 ${goods[2]}\n`,
    'Ebay_test.txt': `${header}4 11319 2 ${goods[3]}\r\n5 11319 2 ${goods[4]}\r\n`,
    ...(await inFolder(goods)),
  });
});

describe('CUB-200-2011', () => {
  it('trains on classes 1 to 100 and tests on 101 to 200, in the order of the ids', async () => {
    const folder = join(root, 'cub');
    const { train, test } = await load(cubWith(counts), folder);
    expect(pathsOf(train)).toEqual(birds.slice(0, 3).map((name) => join(folder, 'images', name)));
    expect(pathsOf(test)).toEqual(birds.slice(3).map((name) => join(folder, 'images', name)));
    expect([[...train.labels], train.classes]).toEqual([
      [0, 0, 1],
      ['001.Albatross', '100.Pelican'],
    ]);
    expect([[...test.labels], test.classes]).toEqual([
      [0, 1],
      ['101.White_Pelican', '200.Yellowthroat'],
    ]);
  });
});

describe('CARS196', () => {
  it('trains on classes 1 to 98 and tests on 99 to 196, in the order of the paths', async () => {
    const { train, test } = await load(cars196With(counts), join(root, 'cars196'));
    const names = (paths: readonly string[]) => paths.map((path) => path.slice(-10));
    expect(names(pathsOf(train))).toEqual(['000001.jpg', '000003.jpg', '000005.jpg']);
    expect([[...train.labels], train.classes]).toEqual([
      [1, 2, 0],
      ['car 1', 'car 2', 'car 98'],
    ]);
    expect(names(pathsOf(test))).toEqual(['000002.jpg', '000004.jpg']);
    expect([[...test.labels], test.classes]).toEqual([
      [1, 0],
      ['car 99', 'car 196'],
    ]);
  });
});

describe('Stanford Online Products', () => {
  it('has the two lists as halves, in their order', async () => {
    const folder = join(root, 'sop');
    const { train, test } = await load(sopWith(counts), folder);
    expect(pathsOf(train)).toEqual(goods.slice(0, 3).map((name) => join(folder, name)));
    expect([[...train.labels], train.classes]).toEqual([
      [0, 0, 1],
      ['1', '2'],
    ]);
    expect([[...test.labels], test.classes]).toEqual([[0, 0], ['11319']]);
  });
});

const sets = [
  {
    official: cub,
    small: cubWith(counts),
    lists: ['images.txt', 'image_class_labels.txt'],
    picture: `images/${birds[0]}`,
    figures: /5864 and 5924/,
  },
  {
    official: cars196,
    small: cars196With(counts),
    lists: ['cars_annos.mat'],
    picture: 'car_ims/000002.jpg',
    figures: /8054 and 8131/,
  },
  {
    official: sop,
    small: sopWith(counts),
    lists: ['Ebay_train.txt', 'Ebay_test.txt'],
    picture: goods[3] as string,
    figures: /59551 and 60502/,
  },
];

describe.each(sets)('$official.name', ({ official, small, lists, picture, figures }) => {
  const copy = (name: string): string => {
    const folder = join(root, `${official.name} ${name}`);
    cpSync(join(root, official.name), folder, { recursive: true });
    return folder;
  };
  const refusal = (code: string, message: string | RegExp) =>
    expect.objectContaining({ code, message: expect.stringMatching(message) });

  it('is stored a seventh larger than the network, for crops', async () => {
    const { train } = await load(small, join(root, official.name));
    expect([train.size, train.channels, official.augmentation, official.needsFolder]).toEqual([32, 3, 'crop', true]);
    expect(official.preprocessing({ size: 224, channels: 3 })).toEqual({
      size: 224,
      fit: 'fill',
      kernel: 'linear',
      resize: 256,
    });
    expect(official.preprocessing({ size: 28, channels: 1 })).toEqual({
      size: 28,
      fit: 'fill',
      kernel: 'linear',
      resize: 32,
      channels: 1,
    });
  });

  it('is refused when its counts are not the official ones, naming both', async () => {
    await expect(load(official, join(root, official.name))).rejects.toThrow(refusal('DATA_DAMAGED', figures));
    await expect(load(official, join(root, official.name))).rejects.toThrow(
      /3 pictures for training and 2 for the test/,
    );
  });

  it.each(lists)('names %s when it is missing, and where the set comes from', async (list) => {
    const folder = copy(`without ${list}`);
    rmSync(join(folder, list));
    await expect(load(small, folder)).rejects.toThrow(refusal('DATA_MISSING', list));
    await expect(load(small, folder)).rejects.toThrow(/archive .* page/);
  });

  it('names a picture that is missing', async () => {
    const folder = copy('without a picture');
    rmSync(join(folder, picture));
    await expect(load(small, folder)).rejects.toThrow(refusal('DATA_MISSING', `${picture} is missing`));
  });

  it('asks for its folder', async () => {
    await expect(load(small, undefined)).rejects.toThrow(refusal('DATA_MISSING', 'no folder is named'));
    await expect(load(small, join(root, 'nowhere'))).rejects.toThrow(refusal('DATA_MISSING', 'nowhere'));
  });

  it.each(lists)('names the line or the field when %s is damaged', async (list) => {
    const folder = copy(`damaged ${list}`);
    const broken: Record<string, string | Uint8Array> = {
      'images.txt': '1\n',
      'image_class_labels.txt': '1 none\n',
      'cars_annos.mat': carsFile([['car_ims/000001.jpg', 197]], carNames),
      'Ebay_train.txt': 'image_id class_id super_class_id path\n1 0 1 a.JPG\n',
      'Ebay_test.txt': 'image_id class_id super_class_id path\n1 1 a.JPG\n',
    };
    writeFileSync(join(folder, list), broken[list] as string);
    await expect(load(small, folder)).rejects.toThrow(
      refusal('DATA_DAMAGED', /(txt, line [12]: ".*")|(class 197, which has no name)/),
    );
  });
});

describe('damage that only one set can have', () => {
  it('a bird without a class', async () => {
    const folder = join(root, 'classless');
    cpSync(join(root, 'cub'), folder, { recursive: true });
    writeFileSync(join(folder, 'image_class_labels.txt'), '1 1\n');
    await expect(load(cubWith(counts), folder)).rejects.toThrow(/the picture 2 has no class/);
  });
});
