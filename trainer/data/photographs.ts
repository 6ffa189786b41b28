import { statSync } from 'node:fs';
import { HoldfastError } from '../../base/errors.ts';
import { sideOf } from '../../embedding/preprocess.ts';
import type { Preprocessing } from '../../embedding/types.ts';
import type { DataSet, Halves, LabelledImages, NetworkInput } from '../types.ts';
import { type Counts, checkCounts } from './counts.ts';

/** A photograph and its class. */
export interface Photograph {
  readonly path: string;
  /** Number of the class in the set's own files. */
  readonly label: number;
  readonly className: string;
}

/** What a set of photographs says of itself, and how its two halves are read from its folder. */
export interface PhotographSet {
  readonly name: string;
  readonly summary: string;
  /** Where the set comes from and how its folder looks, in words. */
  readonly origin: string;
  /** Pictures of the official halves; undefined for a set of one's own. */
  readonly counts: Counts | undefined;
  /** @param folder as it was named. @throws HoldfastError DATA_MISSING, DATA_DAMAGED */
  read(folder: string): { readonly train: readonly Photograph[]; readonly test: readonly Photograph[] };
}

/** Stretched to 256 x 256 for a network of 224 x 224, and in proportion (specification of the method, section 1.3). */
export function photographPreprocessing({ size, channels }: NetworkInput): Preprocessing {
  const resize = Math.round((size * 256) / 224);
  return { size, fit: 'fill', kernel: 'linear', resize, ...(channels === 1 ? { channels } : {}) };
}

/** A set of photographs in files, cut out at random for training. */
export function photographDataSet(set: PhotographSet): DataSet {
  return {
    name: set.name,
    summary: set.summary,
    augmentation: 'crop',
    needsFolder: true,
    preprocessing: photographPreprocessing,
    async load({ size, channels, folder }): Promise<Halves> {
      if (folder === undefined) throw missing(set, 'no folder is named');
      const { train, test } = set.read(folder);
      if (set.counts !== undefined) checkCounts(set.name, { train: train.length, test: test.length }, set.counts);
      for (const { path } of [...train, ...test]) {
        if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw missing(set, `${path} is missing`);
      }
      const half = (photographs: readonly Photograph[]) => toImages(set.name, photographs, { size, channels });
      return { train: half(train), test: half(test) };
    },
  };
}

/** The halves of a set whose classes up to a number are for training. */
export function splitAt(lastForTraining: number, photographs: readonly Photograph[]) {
  return {
    train: photographs.filter(({ label }) => label <= lastForTraining),
    test: photographs.filter(({ label }) => label > lastForTraining),
  };
}

/** The error of a set that is not as it should be on disk. */
export function missing({ name, origin }: Pick<PhotographSet, 'name' | 'origin'>, reason: string): HoldfastError {
  return new HoldfastError('DATA_MISSING', `${name}: ${reason}; ${origin}`);
}

/** Classes are numbered from zero in the order of the set's own numbers. */
function toImages(name: string, photographs: readonly Photograph[], input: NetworkInput): LabelledImages {
  const names = new Map(photographs.map(({ label, className }) => [label, className]));
  const labels = [...names.keys()].sort((a, b) => a - b);
  const numbers = new Map(labels.map((label, number) => [label, number]));
  const preprocessing = photographPreprocessing(input);
  return {
    name,
    size: sideOf(preprocessing),
    channels: input.channels,
    labels: Int32Array.from(photographs, ({ label }) => numbers.get(label) as number),
    classes: labels.map((label) => names.get(label) as string),
    pictures: { kind: 'files', paths: photographs.map(({ path }) => path), preprocessing },
  };
}
