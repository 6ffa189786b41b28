import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { classSizes } from '../../attack/metrics/index.ts';
import { HoldfastError } from '../../base/errors.ts';
import type { Preprocessing } from '../../embedding/types.ts';
import { createLoader } from '../../trainer/loading/index.ts';
import type { NetworkInput } from '../../trainer/types.ts';
import type { AuditData } from '../data.ts';

/** The file in the folder of a sample that says that it is complete, and what is in it. */
export const SAMPLE_FILE = 'sample.json';

const shape = z.strictObject({
  /** Says of which drawing it is: another one is not to be taken for it. */
  drawing: z.string(),
  /** The model version that was served. */
  served: z.string(),
  /** SHA-256 over the ids, labels and pictures. */
  sha256: z.string(),
  records: z.array(z.strictObject({ id: z.string(), label: z.string(), file: z.string() })),
});

/** Records of a gallery that were drawn, with their pictures as files in the same folder. */
export type GallerySample = z.output<typeof shape>;

/** Undefined where there is no complete sample of this drawing. */
export function readSample(folder: string, drawing: string): GallerySample | undefined {
  try {
    const found = shape.safeParse(JSON.parse(readFileSync(join(folder, SAMPLE_FILE), 'utf8')));
    return found.data?.drawing === drawing ? found.data : undefined;
  } catch {
    return undefined;
  }
}

export interface GalleryDataOptions extends NetworkInput {
  readonly folder: string;
  readonly sample: GallerySample;
  readonly preprocessing: Preprocessing;
}

/**
 * A sample as what a model is judged on: its pictures as the server embeds them, its labels as classes.
 * @throws HoldfastError AUDIT_IMPOSSIBLE where no picture has another one of its label, or all have the same
 */
export function openGalleryData({ folder, sample, preprocessing, size, channels }: GalleryDataOptions): AuditData {
  const classes = [...new Set(sample.records.map(({ label }) => label))].sort();
  const numbers = new Map(classes.map((label, number) => [label, number]));
  const labels = Int32Array.from(sample.records, ({ label }) => numbers.get(label) as number);
  if (classes.length < 2 || ![...classSizes(labels).values()].some((records) => records > 1)) {
    const found = `${labels.length} records with labels, of ${classes.length} different ones`;
    throw new HoldfastError(
      'AUDIT_IMPOSSIBLE',
      `the gallery has ${found}; two of a label and one of another are needed`,
    );
  }
  const paths = sample.records.map(({ file }) => join(folder, file));
  const pictures = { kind: 'files', paths, preprocessing } as const;
  const loader = createLoader(
    { name: 'gallery', size, channels, labels, classes, pictures },
    { size, channels, augmentation: 'none' },
  );
  return {
    ...{ name: 'gallery', split: 'gallery', labels, classes, sha256: sample.sha256 },
    images: (rows) => loader.batch(rows),
    close: () => loader.close(),
  };
}
