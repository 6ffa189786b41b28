import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { c2f2 } from '../../embedding/backbones/c2f2.ts';
import { type ConvNorm, convNormBackbone, convNormShapes } from '../../embedding/backbones/conv-norm.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import { type BatchLoss, compileUpdate, newLearner } from '../../trainer/update.ts';

const LAYER: ConvNorm = { name: 'layer', size: 1, from: 3, to: 2, stride: 1 };
const network = (momentum?: number) =>
  convNormBackbone({
    name: 'one-layer',
    size: 2,
    channels: 3,
    dimension: 2,
    parameters: convNormShapes(LAYER),
    ...(momentum === undefined ? {} : { momentum }),
    embed: (_, images, apply) => apply(LAYER, images).square().mean([1, 2]),
  });

const random = createRandom('live');
const pictures = (): NdArray => ({
  shape: [3, 2, 2, 3],
  data: Float32Array.from({ length: 36 }, () => random.uniform()),
});
const [first, second] = [pictures(), pictures()];
const weights = network().init(createRandom('weights'));

/** Embeds its two inputs one after the other. */
const loss: BatchLoss = (embed, inputs) => {
  const apart = embed(inputs.first as tf.Tensor).sub(embed(inputs.second as tf.Tensor).mul(0.5));
  return apart.square().mean();
};

async function updated(engine: Engine, momentum?: number) {
  const specs = { first: first.shape, second: second.shape };
  const options = { weightDecay: 0, batchNorm: 'live', name: 'live' } as const;
  const update = await compileUpdate(engine, loss, network(momentum), specs, options);
  const result = await update.run(newLearner(weights), { first, second }, 0.01);
  await update.release();
  return { ...result, multiplyAdds: update.multiplyAdds };
}

/** Mean and unbiased variance of a channel of a 1x1 convolution, by a loop. */
function statistics({ data }: NdArray, channel: number): { mean: number; variance: number } {
  const kernel = weights['layer.kernel']?.data as Float32Array;
  const values = Array.from({ length: 12 }, (_, pixel) =>
    [0, 1, 2].reduce((sum, c) => sum + (data[pixel * 3 + c] as number) * (kernel[c * 2 + channel] as number), 0),
  );
  const mean = values.reduce((a, b) => a + b, 0) / 12;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 11 };
}

describe('an update with live batch normalisation', () => {
  it.each([
    ['compiled', createCompiledEngine(1), undefined],
    ['eager', createEagerEngine(), undefined],
    ['compiled, with a momentum of the network', createCompiledEngine(1), 3e-4],
  ] as const)('lets running statistics follow each call in its order, %s', async (_, engine, momentum) => {
    const { learner } = await updated(engine, momentum);
    const share = momentum ?? 0.1;
    for (const channel of [0, 1]) {
      for (const name of ['mean', 'variance'] as const) {
        let expected = name === 'mean' ? 0 : 1;
        for (const images of [first, second]) expected += share * (statistics(images, channel)[name] - expected);
        expect(learner.weights[`layer.${name}`]?.data[channel]).toBeCloseTo(expected, 6);
      }
    }
  });

  it('computes the same compiled as eager, and nothing twice', async () => {
    const compiled = await updated(createCompiledEngine(1));
    const eager = await updated(createEagerEngine());
    expect(compiled.loss).toBeCloseTo(eager.loss, 5);
    for (const [name, { data }] of Object.entries(eager.learner.weights)) {
      data.forEach((value, i) => {
        expect(compiled.learner.weights[name]?.data[i]).toBeCloseTo(value, 4);
      });
    }
    // Two images' forward passes, and the gradient of the kernel in each; that of the pixels is not asked for.
    expect(compiled.multiplyAdds).toBe(2 * 2 * (12 * 3 * 2));
  });

  it('differs from the frozen one, which leaves the running statistics alone', async () => {
    const engine = createCompiledEngine(1);
    const specs = { first: first.shape, second: second.shape };
    const update = await compileUpdate(engine, loss, network(), specs, { weightDecay: 0, name: 'frozen' });
    const { learner, loss: value } = await update.run(newLearner(weights), { first, second }, 0.01);
    await update.release();
    expect(learner.weights['layer.mean']?.data).toEqual(weights['layer.mean']?.data);
    expect(Math.abs(value - (await updated(engine)).loss)).toBeGreaterThan(1e-3);
  });

  it('is refused for a network that has none', async () => {
    const options = { weightDecay: 0, batchNorm: 'live', name: 'live' } as const;
    const shape = [2, 28, 28, 1];
    const run = compileUpdate(createCompiledEngine(1), loss, c2f2, { first: shape, second: shape }, options);
    await expect(run).rejects.toThrow('no batch normalisation');
  });
});
