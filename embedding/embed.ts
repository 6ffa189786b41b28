import type { Tensor4D } from '@tensorflow/tfjs';
import type { Engine, NdArray } from '../engine/types.ts';
import { normalise } from './normalise.ts';
import type { Backbone, TensorWeights, Weights } from './types.ts';

export interface CompiledEmbedding {
  /** Any number of images to embeddings (count x dimension), in chunks of the compiled size. */
  run(weights: Weights, images: NdArray): Promise<NdArray>;
  release(): Promise<void>;
}

export interface EmbeddingOptions {
  /** Built in, which is faster; `run` is then given none. */
  readonly weights?: Weights;
  /** Rows at unit length instead of raw ones. */
  readonly unit?: boolean;
}

/** A forward pass for `count` images at a time; a last smaller chunk is padded and cut. */
export async function compileEmbedding(
  engine: Engine,
  backbone: Backbone,
  count: number,
  { weights: builtIn = {}, unit = false }: EmbeddingOptions = {},
): Promise<CompiledEmbedding> {
  const embed = ({ weights, images }: { weights: TensorWeights; images: Tensor4D }) => {
    const raw = backbone.forward(weights, images);
    return { embeddings: unit ? normalise(raw) : raw };
  };
  const shape = [count, backbone.size, backbone.size, backbone.channels];
  const specs = { weights: { ...backbone.parameters, ...builtIn }, images: shape };
  const program = await engine.compile(embed, specs, { name: `embed-${backbone.name}` });
  return {
    release: () => program.release(),
    async run(weights, images) {
      const [total = 0] = images.shape;
      const pixels = backbone.size * backbone.size * backbone.channels;
      const result = new Float32Array(total * backbone.dimension);
      for (let from = 0; from < total; from += count) {
        const size = Math.min(count, total - from);
        const part = images.data.subarray(from * pixels, (from + size) * pixels);
        const chunk = size === count ? part : padded(part, count * pixels);
        const { embeddings } = await program.run({ weights, images: { shape, data: chunk } });
        result.set(embeddings.data.subarray(0, size * backbone.dimension), from * backbone.dimension);
      }
      return { shape: [total, backbone.dimension], data: result };
    },
  };
}

function padded(part: ArrayLike<number>, length: number): Float32Array {
  const data = new Float32Array(length);
  data.set(part);
  return data;
}
