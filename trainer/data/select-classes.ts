import type { LabelledImages, Pictures } from '../types.ts';
import { sharedBytes } from './shared-bytes.ts';

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
