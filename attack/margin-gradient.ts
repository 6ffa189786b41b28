import * as tf from '@tensorflow/tfjs';
import { normalise } from '../embedding/normalise.ts';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import type { Engine, NdArray } from '../engine/types.ts';

export interface MarginGradientResult {
  /** N: `q . (r - c)` of each row. */
  readonly margins: NdArray;
  /** N: L1 norm of the margin's gradient with respect to the row's pixels in [0,1]. */
  readonly slopes: NdArray;
}

export interface CompiledMarginGradient {
  /** `images` N x S x S x channels (one query, repeated), `results` N x D and `outsider` D, unit embeddings. */
  run(images: NdArray, results: NdArray, outsider: NdArray): Promise<MarginGradientResult>;
  release(): Promise<void>;
}

type Tensors = {
  readonly images: tf.Tensor4D;
  readonly results: tf.Tensor2D;
  readonly outsider: tf.Tensor1D;
  readonly weights: TensorWeights;
};

/**
 * How far each result is from being displaced by the first candidate outside the list, and how fast a change of the
 * pixels can take it there: the `gradient` estimate of docs/architecture.md, "Robustness of a result".
 */
export async function compileMarginGradient(
  engine: Engine,
  backbone: Backbone,
  weights: Weights,
  count: number,
): Promise<CompiledMarginGradient> {
  const { size, channels, dimension } = backbone;
  const marginGradient = ({ images, results, outsider, weights: parameters }: Tensors) => {
    const direction = results.sub(outsider.expandDims(0));
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      normalise(backbone.forward(parameters, x as tf.Tensor4D))
        .mul(direction)
        .sum(1),
    )(images);
    return { margins: value, slopes: grad.abs().sum([1, 2, 3]) };
  };
  const program = await engine.compile(
    marginGradient,
    {
      images: [count, size, size, channels],
      results: [count, dimension],
      outsider: [dimension],
      weights: { ...weights },
    },
    { name: 'margin-gradient' },
  );
  return {
    run: (images, results, outsider) => program.run({ images, results, outsider }),
    release: () => program.release(),
  };
}
