import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { compileDisplacement } from '../../attack/displacement.ts';
import { createRandom } from '../../base/random.ts';
import type { Backbone } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';

/** The embedding is the direction of red and green: what displaces a result can be worked out by hand. */
const weights = { kernel: ndarray(Float32Array.of(1, 0, 0, 1, 0, 0), [3, 2]) };
const backbone: Backbone = {
  name: 'linear',
  size: 1,
  channels: 3,
  dimension: 2,
  parameters: { kernel: [3, 2] },
  init: () => weights,
  forward: (w, x) => tf.matMul(x.reshape([-1, 3]) as tf.Tensor2D, w.kernel as tf.Tensor2D),
};
const query = Float32Array.of(0.6, 0.4, 0.5);
const length = Math.hypot(0.6, 0.4);
const gallery = ndarray(Float32Array.of(1, 0, 0, 1, 0.6 / length, 0.4 / length), [3, 2]);
const attack = await compileDisplacement(createCompiledEngine(1), backbone, {
  results: 2,
  restarts: 3,
  steps: 20,
  places: 1,
  gallery,
  weights,
});
afterAll(() => attack.release());

const task = (result: number, self: number, guess: number, seed = 'one') => ({
  query,
  result,
  self,
  guess,
  random: createRandom(seed),
});

describe('the attack that finds the smallest displacing epsilon', () => {
  it('finds where red and green are equal, within its tolerance and never below', async () => {
    const { epsilons } = await attack.run([task(0, 2, 4)]);
    // 0.6 - e = 0.4 + e.
    const truth = 0.1 * 255;
    expect(epsilons).toHaveLength(1);
    expect(epsilons[0]).toBeGreaterThanOrEqual(truth);
    expect(epsilons[0]).toBeLessThan(1.06 * truth);
  });

  it('finds the same from any guess, and for each result its own', async () => {
    const { epsilons } = await attack.run([task(0, 2, 100), task(1, 2, 1)]);
    expect(epsilons[0]).toBeGreaterThanOrEqual(25.5);
    expect(epsilons[0]).toBeLessThan(1.06 * 25.5);
    // Row 1 is behind row 0 from the start: the least that is tried pushes it out of a list of one.
    expect(epsilons[1]).toBeLessThanOrEqual(0.05);
  });

  it('takes the tasks that wait in turn, and finds for each what it finds alone', async () => {
    const tasks = [
      task(0, 2, 1, 'a'),
      task(1, 2, 4, 'b'),
      task(0, 2, 90, 'c'),
      task(0, -1, 4, 'd'),
      task(0, 2, 7, 'e'),
    ];
    const heard: number[][] = [];
    const { epsilons } = await attack.run(tasks, (number, epsilon) => heard.push([number, epsilon]));
    for (const [number, one] of tasks.entries()) {
      const alone = await attack.run([one]);
      expect(epsilons[number]).toBe(alone.epsilons[0]);
    }
    expect(heard.sort(([a = 0], [b = 0]) => a - b)).toEqual(epsilons.map((epsilon, number) => [number, epsilon]));
  });

  it('has nothing to do without tasks', async () => {
    expect(await attack.run([])).toEqual({ epsilons: [], steps: 0 });
  });

  it('counts the query among the others where it is not left out', async () => {
    const { epsilons } = await attack.run([task(0, -1, 4)]);
    expect(epsilons[0]).toBeLessThanOrEqual(0.05);
  });
});
