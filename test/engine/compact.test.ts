import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { ndarray } from '../../engine/arrays.ts';
import { allowed, eager, compiled as engine } from './agreement.ts';

const random = createRandom('compact');
const weights = compact.init(random);
const images = ndarray(
  Float32Array.from({ length: 3 * 32 * 32 * 3 }, () => random.uniform()),
  [3, 32, 32, 3],
);

/** Embeddings, and the gradient of a non-linear function of them with respect to everything. */
function everything({ x, parameters }: { x: tf.Tensor; parameters: Record<string, tf.Tensor> }) {
  const names = Object.keys(parameters);
  const run = (pixels: tf.Tensor, ...values: tf.Tensor[]): tf.Scalar => {
    const named = Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor]));
    return compact
      .forward(named, pixels as tf.Tensor4D)
      .square()
      .mean()
      .sqrt() as tf.Scalar;
  };
  const gradients = tf.grads(run as (...args: tf.Tensor[]) => tf.Tensor)([x, ...Object.values(parameters)]);
  return {
    embeddings: compact.forward(parameters, x as tf.Tensor4D) as tf.Tensor,
    pixels: gradients[0] as tf.Tensor,
    weights: Object.fromEntries(names.map((name, i) => [name, gradients[i + 1] as tf.Tensor])),
  };
}

describe('the compact network, compiled', () => {
  it('agrees with eager TF.js in embeddings and in every gradient', async () => {
    const shapes = Object.fromEntries(Object.entries(weights).map(([name, array]) => [name, array.shape]));
    const specs = { x: images.shape, parameters: shapes };
    const inputs = { x: images, parameters: weights };
    const compiled = await engine.compile(everything, specs);
    const twin = await eager.compile(everything, specs);
    const [actual, expected] = [await compiled.run(inputs), await twin.run(inputs)];
    const close = (a: { data: ArrayLike<number> }, b: { data: ArrayLike<number> }): number => {
      let [worst, scale] = [0, 0];
      for (let i = 0; i < b.data.length; i++) {
        worst = Math.max(worst, Math.abs((a.data[i] as number) - (b.data[i] as number)));
        scale = Math.max(scale, Math.abs(b.data[i] as number));
      }
      return worst / scale;
    };
    expect(close(actual.embeddings, expected.embeddings)).toBeLessThan(allowed(1e-5));
    expect(close(actual.pixels, expected.pixels)).toBeLessThan(allowed(1e-4));
    for (const name of Object.keys(weights)) {
      const [a, b] = [actual.weights[name], expected.weights[name]];
      if (a === undefined || b === undefined) throw new Error(name);
      expect(close(a, b), name).toBeLessThan(allowed(1e-4));
    }
    await compiled.release();
    // Eager TF.js takes ten seconds on a machine that does nothing else.
  });
});
