import type { NdArray } from '../engine/types.ts';
import { writeMiddle } from './augmentations/window.ts';
import { sharedBytes } from './data/shared-bytes.ts';
import type { LabelledImages, Pictures } from './types.ts';

/** Rows of a set that is held in memory, as they are: count x size x size x channels, pixels in [0,1]. */
export function imageBatch({ size, channels, pictures }: LabelledImages, rows: readonly number[]): NdArray {
  if (pictures.kind !== 'bytes') throw new RangeError('pictures in files are read by a loader');
  const length = size * size * channels;
  const data = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    const bytes = pictures.bytes.subarray(row * length, (row + 1) * length);
    writeMiddle(data.subarray(i * length, (i + 1) * length), { bytes, side: size, channels }, size);
  });
  return { shape: [rows.length, size, size, channels], data };
}

/** The pictures of the classes that are wanted, relabelled from zero in the order of `classes`. */
export function selectClasses(
  images: LabelledImages,
  wanted: (name: string, index: number) => boolean,
): LabelledImages {
  const kept = images.classes.flatMap((name, index) => (wanted(name, index) ? [index] : []));
  const renumbered = new Map(kept.map((index, position) => [index, position]));
  const rows = [...images.labels.keys()].filter((row) => renumbered.has(images.labels[row] as number));
  return {
    ...images,
    pictures: selectPictures(images, rows),
    labels: Int32Array.from(rows, (row) => renumbered.get(images.labels[row] as number) as number),
    classes: kept.map((index) => images.classes[index] as string),
  };
}

function selectPictures({ pictures, size, channels }: LabelledImages, rows: readonly number[]): Pictures {
  if (pictures.kind === 'files') return { ...pictures, paths: rows.map((row) => pictures.paths[row] as string) };
  const length = size * size * channels;
  const bytes = sharedBytes(rows.length * length);
  rows.forEach((row, i) => {
    bytes.set(pictures.bytes.subarray(row * length, (row + 1) * length), i * length);
  });
  return { kind: 'bytes', bytes };
}
