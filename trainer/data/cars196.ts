import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import type { DataSet } from '../types.ts';
import type { Counts } from './counts.ts';
import { type MatValue, readMat } from './mat.ts';
import { missing, type Photograph, photographDataSet, splitAt } from './photographs.ts';

/** Classes up to this number are for training. */
const TRAIN_CLASSES = 98;

const about = {
  name: 'cars196',
  summary: 'cars: 16,185 photographs of 196 models (Stanford Cars)',
  origin:
    'unpack the archive car_ims.tgz from the page "Cars Dataset" of Stanford and put its file cars_annos.mat beside the folder ' +
    'car_ims; name the folder that holds both',
};

/** Photographs in the order of their paths. */
function photographs(folder: string): Photograph[] {
  const path = join(folder, 'cars_annos.mat');
  if (!existsSync(path)) throw missing(about, `${path} is missing`);
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${path}: ${reason}`);
  const { annotations, class_names: names } = readMat(readFileSync(path), path);
  if (annotations?.kind !== 'struct') throw refuse('there is no array of structures "annotations"');
  if (names?.kind !== 'cell') throw refuse('there is no cell array "class_names"');
  return annotations.elements
    .map((element, i) => {
      const file = text(element.relative_im_path);
      const label = whole(element.class);
      if (file === undefined || label === undefined)
        throw refuse(`annotation ${i + 1} has no relative_im_path or class`);
      const className = text(names.cells[label - 1]);
      if (className === undefined) throw refuse(`annotation ${i + 1} has the class ${label}, which has no name`);
      return { file, label, className };
    })
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
    .map(({ file, label, className }) => ({ path: join(folder, file), label, className }));
}

const text = (value: MatValue | undefined): string | undefined => (value?.kind === 'char' ? value.text : undefined);

function whole(value: MatValue | undefined): number | undefined {
  const number = value?.kind === 'numeric' && value.data.length === 1 ? value.data[0] : undefined;
  return number !== undefined && Number.isInteger(number) && number >= 1 ? number : undefined;
}

/** CARS196 (Krause et al., 2013), split by class (specification of the method, section 1.2). */
export function cars196With(counts: Counts): DataSet {
  return photographDataSet({
    ...about,
    counts,
    read: (folder) => splitAt(TRAIN_CLASSES, photographs(folder)),
  });
}

export const cars196 = cars196With({ train: 8054, test: 8131 });
