import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Backbone } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import type { Engine } from '../../engine/types.ts';
import { compileUpdate, newLearner } from '../../trainer/update.ts';

const weights = {
  'layer.kernel': ndarray(Float32Array.of(1, -2, 3), [3]),
  'layer.mean': ndarray(Float32Array.of(0.5, 0.25, -1), [3]),
  'layer.shift': ndarray(Float32Array.of(0.1, 0.2, 0.3), [3]),
};
const parameters = { 'layer.kernel': [3], 'layer.mean': [3], 'layer.shift': [3] };
const x = ndarray(Float32Array.of(1, 2, 3), [3]);

const forward: Backbone['forward'] = (w, images) =>
  images
    .sub(w['layer.mean'] as tf.Tensor)
    .mul(w['layer.kernel'] as tf.Tensor)
    .add<tf.Tensor2D>(w['layer.shift'] as tf.Tensor);

/** Two updates with a decay that would move every weight; the loss depends on the mean too. */
async function twoUpdates(engine: Engine, buffers: readonly string[]) {
  const update = await compileUpdate(
    engine,
    (embed, inputs) =>
      embed(inputs.x as tf.Tensor)
        .square()
        .sum(),
    { parameters, buffers, forward },
    { x: [3] },
    { weightDecay: 0.1, name: 'two-updates' },
  );
  const first = await update.run(newLearner(weights), { x }, 0.01);
  const second = await update.run(first.learner, { x }, 0.01);
  await update.release();
  return second;
}

describe('an update', () => {
  it.each([
    ['compiled', createCompiledEngine(1)],
    ['eager', createEagerEngine()],
  ])('leaves buffers as they are and trains the rest, %s', async (_, engine) => {
    const { learner, loss } = await twoUpdates(engine, ['layer.mean']);
    expect(Object.keys(learner.weights)).toEqual(Object.keys(parameters));
    expect(learner.weights['layer.mean']?.data).toEqual(weights['layer.mean'].data);
    expect(learner.adam.first['layer.mean']?.data).toEqual(new Float32Array(3));
    for (const name of ['layer.kernel', 'layer.shift'] as const) {
      expect(learner.weights[name]?.data).not.toEqual(weights[name].data);
    }
    const all = await twoUpdates(engine, []);
    expect(all.learner.weights['layer.mean']?.data).not.toEqual(weights['layer.mean'].data);
    expect(loss).toBeGreaterThan(0);
  });
});
