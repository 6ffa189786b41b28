export { batchCrossEntropy } from './batch-cross-entropy.ts';
export { TRIPLET_MARGIN, triplet } from './triplet.ts';
export { nearestHalfMean, tripletRegulariser } from './triplet-regulariser.ts';
