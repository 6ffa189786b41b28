/** Images to embeddings: what the other floors use. */
export { backbones, findBackbone } from './backbones/index.ts';
export { decodePicture, MAX_PIXELS, MAX_SIDE, protectDecoder } from './decode.ts';
export { encodePng } from './encode.ts';
export { normalise } from './normalise.ts';
export { preprocess, toPixels } from './preprocess.ts';
export { decodeSafetensors, encodeSafetensors, type TensorFile } from './safetensors.ts';
export { exportServingModel } from './serving.ts';
export type * from './types.ts';
export { findModelVersion, listModelVersions, openModelVersion, writeModelVersion } from './version.ts';
