import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { missing, photographDataSet } from './photographs.ts';
import { byName, type Named, numbered, splitByClass } from './split.ts';

const about = {
  name: 'folder',
  summary:
    'pictures of your own: a folder with a folder of pictures for each class, or such folders in train/ and test/',
  origin: 'name a folder that holds a folder of JPEG, PNG or WebP files for each class',
};
const PICTURE = /\.(jpe?g|png|webp)$/i;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Entries by name; hidden ones are left out. */
function entries(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort(byName);
}

/** Pictures by class and by name. */
function picturesIn(folder: string): Named[] {
  const classes = entries(folder).filter((name) => isFolder(join(folder, name)));
  if (classes.length === 0) throw missing(about, `${folder} has no folders`);
  return classes.flatMap((className) => {
    const names = entries(join(folder, className)).filter((name) => PICTURE.test(name));
    if (names.length > 0) return names.map((name) => ({ path: join(folder, className, name), className }));
    throw new HoldfastError(
      'DATA_DAMAGED',
      `${join(folder, className)} has no file that ends in .jpg, .jpeg, .png or .webp`,
    );
  });
}

/**
 * A folder of class folders. With `train` and `test` in it, those are the halves, and may share classes; without, the first half of
 * the class names is for training.
 */
export const folder = photographDataSet({
  ...about,
  counts: undefined,
  read(path) {
    if (!isFolder(path)) throw missing(about, `${path} is no folder`);
    const [train, test] = [join(path, 'train'), join(path, 'test')];
    if (isFolder(train) && isFolder(test)) {
      return { train: numbered(picturesIn(train)), test: numbered(picturesIn(test)) };
    }
    const halves = splitByClass(picturesIn(path));
    if (halves !== undefined) return halves;
    throw new HoldfastError(
      'DATA_DAMAGED',
      `${path} has one class; two are needed, one for training and one for the test`,
    );
  },
});
