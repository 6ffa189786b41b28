import type { Tensor4D } from '@tensorflow/tfjs';
import { ANY_BATCH, exportOnnx } from '../engine/index.ts';
import { normalise } from './normalise.ts';
import type { Backbone, TensorWeights, Weights } from './types.ts';

/** A safetensors file with the weights, which the ONNX file shares instead of repeating them. */
export interface SharedWeights {
  /** Its name in the folder that both are in. */
  readonly file: string;
  /** Where each weight begins, in bytes. */
  readonly offsets: ReadonlyMap<string, number>;
}

/**
 * The network as an ONNX file for serving: `images` (n x size x size x channels, pixels in [0,1]) to `embeddings`
 * (n x dimension, unit length), weights built in or, with `shared`, read from the file beside it.
 */
export function exportServingModel(backbone: Backbone, weights: Weights, shared?: SharedWeights): Uint8Array {
  const specs = { images: [ANY_BATCH, backbone.size, backbone.size, backbone.channels], weights };
  const embed = ({ images, weights: parameters }: { images: Tensor4D; weights: TensorWeights }) => ({
    embeddings: normalise(backbone.forward(parameters, images)),
  });
  const place = (path: string) => {
    const offset = shared?.offsets.get(path.replace('weights/', ''));
    return shared === undefined || offset === undefined ? undefined : { file: shared.file, offset };
  };
  return exportOnnx(embed, specs, `embed-${backbone.name}`, place);
}
