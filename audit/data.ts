import type { NdArray } from '../engine/types.ts';
import { checkHalves } from '../trainer/check-data.ts';
import { fingerprint } from '../trainer/data/fingerprint.ts';
import { findDataSet } from '../trainer/data/index.ts';
import { splitImages } from '../trainer/data/judged.ts';
import { createLoader } from '../trainer/loading/index.ts';
import type { NetworkInput, Split } from '../trainer/types.ts';
import type { Judged } from './types.ts';

export interface DataOptions extends NetworkInput {
  /** Of the data set. */
  readonly name: string;
  readonly folder?: string | undefined;
  readonly split: Split;
  readonly cache: string;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The images that a model is judged on: its gallery, and where its queries come from. */
export interface AuditData {
  readonly name: string;
  readonly split: Judged;
  readonly sha256: string;
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** Of rows: count x size x size x channels, pixels in [0,1]. */
  images(rows: readonly number[]): Promise<NdArray>;
  close(): Promise<void>;
}

/** @throws HoldfastError OPTION_INVALID for a data set that does not exist, DATA_MISSING, DATA_DAMAGED */
export async function openData({ name, split, size, channels, ...options }: DataOptions): Promise<AuditData> {
  const halves = await findDataSet(name).load({ size, channels, ...options });
  const { train, judged } = splitImages(halves, split);
  checkHalves(train, judged, split);
  const loader = createLoader(judged, { size, channels, augmentation: 'none' });
  const { labels, classes } = judged;
  return {
    ...{ name, split, labels, classes },
    sha256: fingerprint(judged),
    images: (rows) => loader.batch(rows),
    close: () => loader.close(),
  };
}
