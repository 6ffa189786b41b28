export { exportTorchWeights } from './export.ts';
export { type ImportedWeights, importWeights } from './import.ts';
export { torchNetworks } from './networks.ts';
