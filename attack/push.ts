import * as tf from '@tensorflow/tfjs';
import { normalise } from '../embedding/normalise.ts';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import { ndarray } from '../engine/arrays.ts';
import type { Engine } from '../engine/types.ts';

/** No step is shorter, in pixels of [0,1]: what a network does within less is rounding. */
const SHORTEST = 0.25 / 255;

/** Where one step of the pixels leads. */
export interface Push {
  /** Length of the step, in 1/255. */
  readonly epsilon: number;
  /** The unit embedding after it. */
  readonly embedding: Float32Array;
}

export interface CompiledPush {
  /** @param image S x S x channels, pixels in [0,1]. @param directions unit vectors, N of them at most. */
  run(image: Float32Array, directions: readonly Float32Array[]): Promise<Push[]>;
  release(): Promise<void>;
}

type Tensors = {
  readonly image: tf.Tensor4D;
  readonly directions: tf.Tensor2D;
  readonly weights: TensorWeights;
};

/**
 * One sign-gradient step of a picture against each of N directions u, as long as it takes `q . u` to fall to zero if the network
 * were linear, and where it leads. Pixels stay in [0,1], and those that have no room count for nothing.
 * One forward and one backward pass of N pictures, and a forward pass of N where the steps end.
 */
export async function compilePush(
  engine: Engine,
  backbone: Backbone,
  weights: Weights,
  count: number,
): Promise<CompiledPush> {
  const { size, channels, dimension } = backbone;
  const push = ({ image, directions, weights: parameters }: Tensors) => {
    const embed = (x: tf.Tensor): tf.Tensor => normalise(backbone.forward(parameters, x as tf.Tensor4D));
    const images = image.tile([count, 1, 1, 1]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => embed(x).mul(directions).sum(1))(images);
    const room = tf.where(grad.greater(0), images, tf.sub(1, images));
    const slopes = grad.abs().mul(room.step()).sum([1, 2, 3]);
    const lengths = value.div(slopes.maximum(1e-12)).clipByValue(SHORTEST, 1);
    const moved = images.sub(grad.sign().mul(lengths.reshape([-1, 1, 1, 1]))).clipByValue(0, 1);
    return { lengths, embeddings: embed(moved) };
  };
  const program = await engine.compile(
    push,
    { image: [1, size, size, channels], directions: [count, dimension], weights: { ...weights } },
    { name: 'push' },
  );
  return {
    async run(image, directions) {
      const rows = new Float32Array(count * dimension);
      directions.forEach((direction, i) => {
        rows.set(direction, i * dimension);
      });
      const { lengths, embeddings } = await program.run({
        image: ndarray(image, [1, size, size, channels]),
        directions: ndarray(rows, [count, dimension]),
      });
      const after = Float32Array.from(embeddings.data);
      return directions.map((_, i) => ({
        epsilon: 255 * (lengths.data[i] as number),
        embedding: after.slice(i * dimension, (i + 1) * dimension),
      }));
    },
    release: () => program.release(),
  };
}
