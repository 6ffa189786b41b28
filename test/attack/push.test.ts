import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { challenges } from '../../attack/challengers.ts';
import { compilePush } from '../../attack/push.ts';
import { gradientEpsilon } from '../../attack/robustness.ts';
import type { Backbone } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import type { Engine } from '../../engine/types.ts';

/** The embedding of a picture of one pixel is the direction of `red` times its red and of its green. */
function network(red: number) {
  const weights = { kernel: ndarray(Float32Array.of(red, 0, 0, 1, 0, 0), [3, 2]) };
  const backbone: Backbone = {
    name: 'linear',
    size: 1,
    channels: 3,
    dimension: 2,
    parameters: { kernel: [3, 2] },
    init: () => weights,
    forward: (w, x) => tf.matMul(x.reshape([-1, 3]) as tf.Tensor2D, w.kernel as tf.Tensor2D),
  };
  return { weights, backbone };
}

/** The estimate for the result (1, 0) of a picture, which (0, 1) challenges, and the step behind it. */
async function estimate(engine: Engine, red: number, pixels: number[]) {
  const { weights, backbone } = network(red);
  const program = await compilePush(engine, backbone, weights, 2);
  const raw = [red * (pixels[0] as number), pixels[1] as number];
  const query = raw.map((value) => value / Math.hypot(...raw));
  const neighbours = [
    [1, 0],
    [0, 1],
  ];
  const found = challenges({ query, neighbours, places: 1 })[0];
  if (found === undefined) throw new Error('no challenge');
  const back = found.direction.map((value) => -value);
  const steps = await program.run(Float32Array.from(pixels), [found.direction, back]);
  await program.release();
  return { query, steps, epsilons: steps.map((step) => gradientEpsilon(query, found, step)) };
}

const engines = [
  ['compiled', createCompiledEngine(1)],
  ['eager', createEagerEngine()],
] as const;

describe.each(engines)('a push, %s', (_, engine) => {
  it('is as long as a linear network needs, and leads where the step ends', async () => {
    const { steps } = await estimate(engine, 1, [0.6, 0.4, 0.5]);
    // q = (0.6, 0.4) / |.|, u = (1, -1) / sqrt(2): the gradient (u - (u . q) q) / |.| has an L1 norm of 1.8857.
    const length = 0.2 / Math.hypot(0.6, 0.4) / Math.SQRT2 / 1.8857;
    expect(steps[0]?.epsilon).toBeCloseTo(255 * length, 2);
    const ends = [0.6 - length, 0.4 + length];
    expect(steps[0]?.embedding[0]).toBeCloseTo((ends[0] as number) / Math.hypot(...ends), 4);
    expect(steps[0]?.embedding[1]).toBeCloseTo((ends[1] as number) / Math.hypot(...ends), 4);
  });

  it('gives the epsilon at which red and green are equal', async () => {
    const { epsilons } = await estimate(engine, 1, [0.6, 0.4, 0.5]);
    expect((epsilons[0] as number) / 25.5).toBeGreaterThan(0.98);
    expect((epsilons[0] as number) / 25.5).toBeLessThan(1.02);
  });

  it('does not count on a pixel that has no room', async () => {
    // Green cannot rise: red alone has to fall from 0.6 to 0.5.
    const { epsilons } = await estimate(engine, 2, [0.6, 1, 0.5]);
    expect((epsilons[0] as number) / 25.5).toBeGreaterThan(0.9);
    expect((epsilons[0] as number) / 25.5).toBeLessThan(1.1);
  });

  it('says that a push the other way displaces nothing', async () => {
    const { steps, epsilons } = await estimate(engine, 1, [0.6, 0.4, 0.5]);
    expect(steps[1]?.epsilon).toBeCloseTo(0.25, 6);
    expect(epsilons[1]).toBe(255);
  });
});
