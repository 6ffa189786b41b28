export { type AdamState, type AdamTensors, adam, adamFactors, initialAdam } from './adam.ts';
