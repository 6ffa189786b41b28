import { dirname, join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import type { DataSet } from '../types.ts';
import type { Counts } from './counts.ts';
import { numberIn, readLines } from './lines.ts';
import { type Photograph, photographDataSet, splitAt } from './photographs.ts';

/** The first classes are for training; the file `train_test_split.txt`, which divides within classes, is not used. */
const TRAIN_CLASSES = 100;

const about = {
  name: 'cub',
  summary: 'birds: 11,788 photographs of 200 species (CUB-200-2011)',
  origin:
    'unpack the archive CUB_200_2011.tgz from the page "Caltech-UCSD Birds-200-2011" of Caltech and name the folder ' +
    'CUB_200_2011, which holds images.txt, image_class_labels.txt and the folder images',
};

/** Photographs in the order of their ids. */
function photographs(folder: string): Photograph[] {
  const classes = new Map(
    readLines(about, folder, 'image_class_labels.txt', 2).map((line) => [numberIn(line, 0), numberIn(line, 1)]),
  );
  return readLines(about, folder, 'images.txt', 2)
    .map((line) => ({ id: numberIn(line, 0), path: line.fields[1] as string, place: line.place }))
    .sort((a, b) => a.id - b.id)
    .map(({ id, path, place }) => {
      const label = classes.get(id);
      if (label === undefined) throw new HoldfastError('DATA_DAMAGED', `${place}: the picture ${id} has no class`);
      return { path: join(folder, 'images', path), label, className: dirname(path) };
    });
}

/** CUB-200-2011 (Wah et al., 2011), split by class (specification of the method, section 1.2). */
export function cubWith(counts: Counts): DataSet {
  return photographDataSet({
    ...about,
    counts,
    read: (folder) => splitAt(TRAIN_CLASSES, photographs(folder)),
  });
}

export const cub = cubWith({ train: 5864, test: 5924 });
