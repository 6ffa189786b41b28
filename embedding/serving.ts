import type { Tensor4D } from '@tensorflow/tfjs';
import { ANY_BATCH, exportOnnx } from '../engine/index.ts';
import { normalise } from './normalise.ts';
import type { Backbone, TensorWeights, Weights } from './types.ts';

/**
 * The network as an ONNX file for serving: `images` (n x size x size x 3, pixels in [0,1]) to `embeddings`
 * (n x dimension, unit length), weights built in.
 */
export function exportServingModel(backbone: Backbone, weights: Weights): Uint8Array {
  const specs = { images: [ANY_BATCH, backbone.size, backbone.size, 3], weights };
  const embed = ({ images, weights: parameters }: { images: Tensor4D; weights: TensorWeights }) => ({
    embeddings: normalise(backbone.forward(parameters, images)),
  });
  return exportOnnx(embed, specs, `embed-${backbone.name}`);
}
