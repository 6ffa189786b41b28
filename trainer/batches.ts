import type { Random } from '../base/random.ts';
import type { NdArray } from '../engine/types.ts';
import { type Augmentation, augmentInto } from './augment.ts';
import type { LabelledImages } from './types.ts';

/**
 * Rows of a data set as the input of a network: count x size x size x 3, pixels in [0,1].
 * With an augmentation, each row gets a change of pose of its own.
 */
export function imageBatch(
  images: LabelledImages,
  rows: readonly number[],
  augment?: { readonly augmentation: Augmentation; readonly random: Random },
): NdArray {
  const length = images.size * images.size * 3;
  const data = new Float32Array(rows.length * length);
  rows.forEach((row, i) => {
    const source = images.pixels.subarray(row * length, (row + 1) * length);
    const target = data.subarray(i * length, (i + 1) * length);
    if (augment !== undefined) augmentInto(target, source, images.size, augment.augmentation, augment.random);
    else for (let j = 0; j < length; j++) target[j] = (source[j] as number) / 255;
  });
  return { shape: [rows.length, images.size, images.size, 3], data };
}

/** The pictures of the classes that are wanted, relabelled from zero in the order of their names. */
export function selectClasses(
  images: LabelledImages,
  wanted: (name: string, index: number) => boolean,
): LabelledImages {
  const kept = images.classes.flatMap((name, index) => (wanted(name, index) ? [index] : []));
  const renumbered = new Map(kept.map((index, position) => [index, position]));
  const rows = [...images.labels.keys()].filter((row) => renumbered.has(images.labels[row] as number));
  const length = images.size * images.size * 3;
  const pixels = new Uint8Array(rows.length * length);
  rows.forEach((row, i) => {
    pixels.set(images.pixels.subarray(row * length, (row + 1) * length), i * length);
  });
  return {
    name: images.name,
    size: images.size,
    pixels,
    labels: Int32Array.from(rows, (row) => renumbered.get(images.labels[row] as number) as number),
    classes: kept.map((index) => images.classes[index] as string),
  };
}
