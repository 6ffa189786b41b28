import type { Miner } from '../types.ts';
import { spc2GradualHard } from './ghard.ts';
import { spc2Random } from './random.ts';
import { spc2SemiHard } from './semihard.ts';

export { batchDistances } from './distances.ts';
export { drawTriplets } from './draw.ts';
export { gradualMargin } from './ghard.ts';
export { spc2GradualHard, spc2Random, spc2SemiHard };

/** Every miner. */
export const miners: readonly Miner[] = [spc2Random, spc2SemiHard, spc2GradualHard];
