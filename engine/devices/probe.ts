import * as tf from '@tensorflow/tfjs';
import { HoldfastError } from '../../base/errors.ts';
import { createRandom } from '../../base/random.ts';
import { ndarray, sizeOf } from '../arrays.ts';
import { createCompiledEngine } from '../compiled.ts';
import type { Engine, NdArray } from '../types.ts';

/** GPUs round products to fewer bits than float32 (NVIDIA's TF32 keeps ten); what is wrong is wrong by more than this. */
const TOLERANCE = 1e-2;

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
 * Computes a small network and a gradient of it and compares them with those of the CPU.
 * @throws HoldfastError DEVICE_UNAVAILABLE when the numbers are wrong, and what the device throws
 */
export async function checkNumbers(engine: Engine): Promise<void> {
  const inputs = arrays(2, 6, 3, 8);
  const run = async (on: Engine) => {
    const program = await on.compile(embedAndDifferentiate, shapesOf(inputs), { name: 'probe' });
    return program.run(inputs).finally(() => program.release());
  };
  const [actual, expected] = [await run(engine), await run(createCompiledEngine(1))];
  for (const name of ['embeddings', 'gradient'] as const) {
    const error = relativeError(actual[name], expected[name]);
    if (error < TOLERANCE) continue;
    throw new HoldfastError(
      'DEVICE_UNAVAILABLE',
      `${engine.device} computes wrong numbers: ${name} are off by ${error}`,
    );
  }
}

/** The largest difference, relative to the largest number; NaN when anything is. */
function relativeError(actual: NdArray, expected: NdArray): number {
  let [worst, scale] = [0, 0];
  expected.data.forEach((value, i) => {
    worst = Math.max(worst, Math.abs((actual.data[i] ?? Number.NaN) - value));
    scale = Math.max(scale, Math.abs(value));
  });
  return worst / scale;
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
