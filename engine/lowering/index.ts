import { activations } from './activation.ts';
import { arrangements } from './arrange.ts';
import { binary } from './binary.ts';
import { casts } from './cast.ts';
import { convolution } from './convolution.ts';
import { depthwise } from './depthwise.ts';
import { generators } from './generate.ts';
import { indexing } from './indexing.ts';
import { logic } from './logic.ts';
import { matmul } from './matmul.ts';
import { normalisations } from './normalisation.ts';
import { pooling } from './pooling.ts';
import { reductions } from './reduction.ts';
import { resizes } from './resize.ts';
import { scans } from './scan.ts';
import { scatters } from './scatter.ts';
import { shape } from './shape.ts';
import { sorting } from './sorting.ts';
import type { Lowering } from './types.ts';
import { unary } from './unary.ts';

/** Every TF.js kernel that can be compiled. */
export const lowerings: readonly Lowering[] = [
  ...unary,
  ...activations,
  ...binary,
  ...logic,
  ...casts,
  ...generators,
  ...shape,
  ...arrangements,
  ...reductions,
  ...scans,
  ...sorting,
  ...indexing,
  ...scatters,
  ...matmul,
  ...normalisations,
  ...resizes,
  ...convolution,
  ...depthwise,
  ...pooling,
];
