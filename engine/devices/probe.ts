import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../base/random.ts';
import { ndarray, sizeOf } from '../arrays.ts';
import { createDeviceSession } from '../device-session.ts';
import type { Provider } from '../onnxruntime.ts';
import { trace } from '../tracing/trace.ts';
import { trialInputs } from '../trial.ts';
import type { Engine, NdArray } from '../types.ts';

interface Inputs extends Record<string, tf.Tensor> {
  readonly images: tf.Tensor;
  readonly filter: tf.Tensor;
  readonly matrix: tf.Tensor;
}

/** A network in small: a convolution, a ReLU, pooling and a matrix product. */
function embed({ images, filter, matrix }: Inputs): tf.Tensor {
  const features = tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same').relu();
  return tf.matMul(features.mean([1, 2]) as tf.Tensor2D, matrix as tf.Tensor2D);
}

function embedAndDifferentiate(inputs: Inputs): { embeddings: tf.Tensor; gradient: tf.Tensor } {
  const gradient = tf.grad((images: tf.Tensor) =>
    embed({ ...inputs, images })
      .square()
      .sum(),
  )(inputs.images);
  return { embeddings: embed(inputs), gradient };
}

function arrays(count: number, side: number, channels: number, filters: number) {
  const random = createRandom('probe');
  const array = (...shape: number[]): NdArray =>
    ndarray(
      Float32Array.from({ length: sizeOf(shape) }, () => random.uniform() - 0.5),
      shape,
    );
  return {
    images: array(count, side, side, channels),
    filter: array(3, 3, channels, filters),
    matrix: array(filters, 8),
  };
}

const shapesOf = (inputs: ReturnType<typeof arrays>) => ({
  images: inputs.images.shape,
  filter: inputs.filter.shape,
  matrix: inputs.matrix.shape,
});

/**
 * Computes a small network and a gradient of it on a provider, which must give the numbers of the CPU.
 * @returns why it cannot be used; undefined when it can.
 */
export async function tryProvider(provider: Provider, threads: number): Promise<string | undefined> {
  const specs = shapesOf(arrays(2, 6, 3, 8));
  const { model } = trace((inputs) => embedAndDifferentiate(inputs as Inputs), specs, 'probe');
  const { session, refused } = await createDeviceSession(model, threads, provider, trialInputs(specs));
  await session.release();
  return refused;
}

/** Milliseconds that a forward pass of 64 images takes, once it is compiled: 1.2 billion multiply-adds. */
export async function measureSpeed(engine: Engine): Promise<number> {
  const inputs = arrays(64, 32, 32, 64);
  const program = await engine.compile((given: Inputs) => ({ embeddings: embed(given) }), shapesOf(inputs), {
    name: 'speed probe',
  });
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    await program.run(inputs);
    best = Math.min(best, performance.now() - started);
  }
  await program.release();
  return best;
}
