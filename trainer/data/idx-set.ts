import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { preprocess, toColours } from '../../embedding/preprocess.ts';
import type { DataSet, Halves, LabelledImages, LoadOptions } from '../types.ts';
import { type Counts, checkCounts } from './counts.ts';
import { readIdx } from './idx.ts';
import { sharedBytes } from './shared-bytes.ts';

/** What is particular about a set in the files of MNIST. */
export interface IdxSet {
  readonly name: string;
  readonly summary: string;
  readonly classes: readonly string[];
  /** Where the files are looked for when no folder is named. */
  readonly usualFolder?: string;
  /** Where the files come from, in words. */
  readonly origin: string;
  /** Pictures of the official halves. */
  readonly counts: Counts;
}

/** Side of the pictures in the files. */
const SIDE = 28;

/**
 * A set whose pictures are grey, of 28 x 28 pixels, in four IDX files, plain or with the ending .gz. The official halves share
 * their classes (specification of the method, section 1.2).
 */
export function idxDataSet(set: IdxSet): DataSet {
  const preprocessing: DataSet['preprocessing'] = ({ size, channels }) => ({
    size,
    fit: 'fill',
    kernel: 'linear',
    ...(channels === 1 ? { channels } : {}),
  });
  return {
    name: set.name,
    summary: set.summary,
    augmentation: 'none',
    needsFolder: set.usualFolder === undefined,
    preprocessing,
    async load(options): Promise<Halves> {
      const folder = options.folder ?? set.usualFolder;
      if (folder === undefined)
        throw new HoldfastError('DATA_MISSING', `${set.name} lies in no named folder; ${set.origin}`);
      const raw = { train: readHalf(set, folder, 'train'), test: readHalf(set, folder, 't10k') };
      checkCounts(set.name, { train: raw.train.labels.length, test: raw.test.labels.length }, set.counts);
      return {
        train: await toImages(set, raw.train, options, preprocessing),
        test: await toImages(set, raw.test, options, preprocessing),
      };
    },
  };
}

interface RawHalf {
  /** Count x 28 x 28 bytes. */
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

function readHalf(set: IdxSet, folder: string, part: string): RawHalf {
  const pictures = readPart(set, folder, `${part}-images-idx3-ubyte`, [SIDE, SIDE]);
  const labels = readPart(set, folder, `${part}-labels-idx1-ubyte`, []);
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${set.name} in ${folder}: ${reason}`);
  const [count = 0] = pictures.shape;
  if (labels.data.length !== count) throw refuse(`${part} has ${count} pictures and ${labels.data.length} labels`);
  const wrong = labels.data.find((label) => label >= set.classes.length);
  if (wrong !== undefined) throw refuse(`${part} has a label ${wrong}; there are ${set.classes.length} classes`);
  return { pixels: pictures.data, labels: Int32Array.from(labels.data) };
}

function readPart(set: IdxSet, folder: string, name: string, rest: readonly number[]) {
  const path = [join(folder, name), join(folder, `${name}.gz`)].find(existsSync);
  if (path === undefined)
    throw new HoldfastError('DATA_MISSING', `${join(folder, name)} is missing, plain or as .gz; ${set.origin}`);
  const array = readIdx(readFileSync(path), path);
  if (array.shape.length === rest.length + 1 && rest.every((length, i) => array.shape[i + 1] === length)) return array;
  throw new HoldfastError(
    'DATA_DAMAGED',
    `${path} has the shape [${array.shape}] instead of [count${rest.map((n) => `,${n}`).join('')}]`,
  );
}

async function toImages(
  { name, classes }: IdxSet,
  { pixels, labels }: RawHalf,
  input: LoadOptions,
  preprocessing: DataSet['preprocessing'],
): Promise<LabelledImages> {
  const { size, channels } = input;
  const length = size * size * channels;
  const bytes = sharedBytes(labels.length * length);
  if (size === SIDE && channels === 1) bytes.set(pixels);
  else {
    for (let row = 0; row < labels.length; row++) {
      const grey = pixels.subarray(row * SIDE * SIDE, (row + 1) * SIDE * SIDE);
      const picture = { width: SIDE, height: SIDE, data: toColours(grey) };
      bytes.set(await preprocess(picture, preprocessing(input)), row * length);
      if (row % 1000 === 0) input.onProgress?.(row, labels.length);
    }
  }
  return { name, size, channels, labels, classes, pictures: { kind: 'bytes', bytes } };
}
