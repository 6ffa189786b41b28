import type { Loss } from '../types.ts';
import { contrastive } from './contrastive.ts';
import { gil } from './gil.ts';
import { infonce } from './infonce.ts';
import { lifted } from './lifted.ts';
import { margin } from './margin.ts';
import { multisimilarity } from './multisimilarity.ts';
import { npair } from './npair.ts';
import { quadruplet } from './quadruplet.ts';
import { rhomboid } from './rhomboid.ts';
import { snr } from './snr.ts';
import { detachedTriplet, triplet } from './triplet.ts';

export { batchCrossEntropy } from './batch-cross-entropy.ts';
export { mean, positiveMean, sumOfTerms } from './reducers.ts';
export { TRIPLET_MARGIN, triplet } from './triplet.ts';
export { nearestHalfMean, tripletRegulariser } from './triplet-regulariser.ts';

/** Every loss of metric learning, on triplets or on groups. */
export const losses = {
  triplet,
  'triplet-detached': detachedTriplet,
  contrastive,
  margin,
  snr,
  quadruplet,
  rhomboid,
  gil,
  infonce,
  lifted,
  npair,
  multisimilarity,
} as const satisfies Readonly<Record<string, Loss>>;

export type LossName = keyof typeof losses;
