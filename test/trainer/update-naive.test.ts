import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Backbone, Weights } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import { type BatchLoss, compileUpdate, newLearner, type UpdateSetting } from '../../trainer/update.ts';

const engines = [
  ['compiled', createCompiledEngine(1)],
  ['eager', createEagerEngine()],
] as const;

const RATE = 0.01;
const x = [1, 2, -3];
const start = { kernel: [1, -2, 3], shift: [0.1, 0.2, 0.3] };
const weights: Weights = {
  kernel: ndarray(Float32Array.from(start.kernel), [3]),
  shift: ndarray(Float32Array.from(start.shift), [3]),
};
const forward: Backbone['forward'] = (w, images) =>
  images.mul(w.kernel as tf.Tensor).add<tf.Tensor2D>(w.shift as tf.Tensor);

/** sum((k x + s)^2) / 2 + beta sum(k x + s). */
const loss: BatchLoss = (embed, inputs, { beta }) => {
  const y = embed(inputs.x as tf.Tensor);
  const value: tf.Scalar = y.square().sum();
  return value.div(2).add<tf.Scalar>(y.sum().mul(beta as tf.Scalar));
};

/** The same updates in plain arithmetic, value by value. */
function naive(updates: number, rate: number, setting: UpdateSetting) {
  const w = { kernel: [...start.kernel], shift: [...start.shift] };
  const zero = () => ({ kernel: [0, 0, 0], shift: [0, 0, 0] });
  const [m, v, average] = [zero(), zero(), { kernel: [...start.kernel], shift: [...start.shift] }];
  let beta = 0.6;
  const norms: number[] = [];
  for (let t = 1; t <= updates; t++) {
    const y = x.map((value, i) => (w.kernel[i] as number) * value + (w.shift[i] as number));
    const slope = y.map((value) => value + beta);
    const g = { kernel: slope.map((value, i) => value * (x[i] as number)), shift: slope };
    const norm = Math.sqrt([...g.kernel, ...g.shift].reduce((sum, value) => sum + value ** 2, 0));
    norms.push(norm);
    const factor = Math.min(1, (setting.clipNorm ?? Number.POSITIVE_INFINITY) / norm);
    const share = 1 - Math.min(setting.average ?? 0, (1 + t) / (10 + t));
    for (const name of ['kernel', 'shift'] as const) {
      for (let i = 0; i < 3; i++) {
        const d = factor * (g[name][i] as number) + setting.weightDecay * (w[name][i] as number);
        m[name][i] = 0.9 * (m[name][i] as number) + 0.1 * d;
        v[name][i] = 0.999 * (v[name][i] as number) + 0.001 * d * d;
        const [first, second] = [(m[name][i] as number) / (1 - 0.9 ** t), (v[name][i] as number) / (1 - 0.999 ** t)];
        w[name][i] = (w[name][i] as number) - (rate * first) / (Math.sqrt(second) + 1e-8);
        average[name][i] =
          (average[name][i] as number) + share * ((w[name][i] as number) - (average[name][i] as number));
      }
    }
    beta -= RATE * y.reduce((sum, value) => sum + value, 0);
  }
  return { weights: w, average, beta, norms };
}

const near = (actual: Weights[string] | undefined, expected: readonly number[]): void => {
  expected.forEach((value, i) => {
    expect(actual?.data[i]).toBeCloseTo(value, 5);
  });
};

const settings: readonly (readonly [string, UpdateSetting])[] = [
  ['plain', { weightDecay: 0 }],
  ['clipped, which bites', { weightDecay: 0.1, clipNorm: 0.5 }],
  ['clipped, which does not', { weightDecay: 0.1, clipNorm: 1000 }],
  ['averaged', { weightDecay: 0, average: 0.9 }],
  ['everything', { weightDecay: 0.05, clipNorm: 2, average: 0.25 }],
];

describe.each(settings)('an update, %s', (_, setting) => {
  it.each(engines)('is what plain arithmetic gives, %s', async (_, engine) => {
    const options = { ...setting, name: 'naive', lossParameters: { beta: { rate: RATE } } };
    const network = { parameters: { kernel: [3], shift: [3] }, forward };
    const update = await compileUpdate(engine, loss, network, { x: [3] }, options);
    let learner = newLearner(weights, { beta: 0.6 }, setting.average !== undefined);
    const norms: number[] = [];
    for (let i = 0; i < 4; i++) {
      const result = await update.run(learner, { x: ndarray(Float32Array.from(x), [3]) }, 0.05);
      learner = result.learner;
      norms.push(result.gradientNorm);
    }
    await update.release();
    const expected = naive(4, 0.05, setting);
    near(learner.weights.kernel, expected.weights.kernel);
    near(learner.weights.shift, expected.weights.shift);
    expect(learner.lossParameters.beta).toBeCloseTo(expected.beta, 5);
    norms.forEach((norm, i) => {
      expect(norm / (expected.norms[i] as number)).toBeCloseTo(1, 4);
    });
    if (setting.average === undefined) expect(learner).not.toHaveProperty('average');
    else near(learner.average?.kernel, expected.average.kernel);
  });
});
