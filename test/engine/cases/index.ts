import type { OpCase } from '../agreement.ts';
import { arrangeCases } from './arrange.ts';
import { binaryCases } from './binary.ts';
import { imageCases } from './images.ts';
import { indexingCases, scatterCases } from './indexing.ts';
import { matmulCases } from './matmul.ts';
import { normalisationCases, reductionCases } from './reduction.ts';
import { resizeCases } from './resize.ts';
import { scanCases } from './scan.ts';
import { generateCases, shapeCases } from './shape.ts';
import { sortingCases } from './sorting.ts';
import { unaryCases } from './unary.ts';

/** The cases of all table tests, by family. */
export const families: Readonly<Record<string, readonly OpCase[]>> = {
  unary: unaryCases,
  binary: binaryCases,
  shape: shapeCases,
  generate: generateCases,
  arrange: arrangeCases,
  reduction: reductionCases,
  normalisation: normalisationCases,
  scan: scanCases,
  sorting: sortingCases,
  indexing: indexingCases,
  scatter: scatterCases,
  matmul: matmulCases,
  resize: resizeCases,
  images: imageCases,
};
