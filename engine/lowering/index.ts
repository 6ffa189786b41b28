import { binary } from './binary.ts';
import { convolution } from './convolution.ts';
import { depthwise } from './depthwise.ts';
import { matmul } from './matmul.ts';
import { pooling } from './pooling.ts';
import { reductions } from './reduction.ts';
import { shape } from './shape.ts';
import type { Lowering } from './types.ts';
import { unary } from './unary.ts';

/** Every TF.js kernel that can be compiled. */
export const lowerings: readonly Lowering[] = [
  ...unary,
  ...binary,
  ...shape,
  ...reductions,
  ...matmul,
  ...convolution,
  ...depthwise,
  ...pooling,
];
