export { type AdamState, type AdamTensors, adam, adamFactors, initialAdam } from './adam.ts';
export { averaged, averageShare } from './average.ts';
export { clipped, globalNorm } from './clip.ts';
export { descend } from './descend.ts';
