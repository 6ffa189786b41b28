import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { es, ranking } from '../../attack/objectives/index.ts';
import { compileStep } from '../../attack/pgd.ts';
import { type RunOptions, runAttack } from '../../attack/runner.ts';
import type { Budget, Constants, Objective } from '../../attack/types.ts';
import { compileAttack } from '../../attack/whole.ts';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { ndarray, scalar, sizeOf } from '../../engine/arrays.ts';
import { createEngine } from '../../engine/index.ts';
import type { NdArray } from '../../engine/types.ts';
import { smallNet } from './support/small-net.ts';

const COUNT = 3;
const random = createRandom('whole');
const weights = compact.init(random);
const numbers = (shape: readonly number[], draw: () => number): NdArray =>
  ndarray(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
const images = numbers([COUNT, 32, 32, 3], () => random.uniform());
const rows = (): NdArray => numbers([COUNT, compact.dimension], () => random.normal() / 11);
const budget: Budget = { epsilon: 8 / 255, alpha: 2 / 255, steps: 4 };

/** The same attack step by step, with weights passed in, and as one program, with weights passed in and built in. */
async function expectSame(objective: Objective, constants: Constants, budget: Budget, options: RunOptions = {}) {
  const engine = await createEngine({ device: 'cpu', threads: 2 });
  const shapes = Object.fromEntries(Object.entries(constants).map(([name, { shape }]) => [name, shape]));
  const common = { count: COUNT, constants: shapes };
  const step = await compileStep(engine, compact, objective, common);
  const expected = await runAttack(step.withWeights(weights), objective, images, constants, budget, options);
  const limits = { ...common, steps: 6, ...(options.stopBelow !== undefined && { stopBelow: options.stopBelow }) };
  const open = await compileAttack(engine, compact, objective, limits);
  const fixed = await compileAttack(engine, compact, objective, { ...limits, weights });
  for (const actual of [
    await open.run(images, constants, budget, weights),
    await fixed.run(images, constants, budget),
  ]) {
    const differing = actual.images.data.filter(
      (value, i) => Math.abs(value - (expected.images.data[i] as number)) > 1e-6,
    );
    // A pixel whose gradient is nearly zero may go either way when additions are done in another order.
    expect(differing.length / images.data.length).toBeLessThan(0.002);
    expect(actual.steps).toBe(expected.steps);
    expect(actual.queries).toBe(expected.queries);
    actual.trace.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.trace[at] as number, 4);
    });
    expect(actual.trace).toHaveLength(expected.steps);
  }
  for (const program of [step, open, fixed]) await program.release();
  return expected;
}

describe('a whole attack in one program', () => {
  it('does what its steps do one by one', async () => {
    await expectSame(ranking, { same: rows(), other: rows() }, budget);
  });

  it('takes other constants for the first step where the objective has some', async () => {
    await expectSame(es, { clean: rows() }, budget);
  });

  it('takes the whole epsilon in a single step, and none at all when asked for none', async () => {
    await expectSame(ranking, { same: rows(), other: rows() }, { ...budget, steps: 1 });
    await expectSame(ranking, { same: rows(), other: rows() }, { ...budget, steps: 0 });
  });

  it('stops by the rule before the step, like the runner', async () => {
    const falling: Objective = {
      name: 'falling',
      evaluate: (embeddings, { target }) =>
        embeddings
          .sub(target as tf.Tensor)
          .square()
          .sum(1) as tf.Tensor1D,
    };
    const constants = { target: rows() };
    const { trace } = await expectSame(falling, constants, budget);
    const between = ((trace[1] as number) + (trace[2] as number)) / 2;
    const stopped = await expectSame(falling, constants, budget, { stopBelow: between });
    expect(stopped.steps).toBe(2);
  });

  it('stops after a step that changed the objective by less than asked, compiled and op by op', async () => {
    const settling: Objective = {
      name: 'settling',
      evaluate: (embeddings, { floor }) =>
        embeddings
          .square()
          .sum(1)
          .mean()
          .maximum(floor as tf.Tensor)
          .reshape([1]),
    };
    const small = numbers([COUNT, smallNet.size, smallNet.size, 3], () => random.uniform());
    const fixed = { count: COUNT, constants: { floor: [] }, weights: smallNet.init(random), metric: 'E' } as const;
    const six = { ...budget, steps: 6 };
    const run = async (device: 'cpu' | 'tfjs', floor: number, stop: { readonly stopChangeBelow?: number }) => {
      const engine = await createEngine({ device, threads: 1 });
      const attack = await compileAttack(engine, smallNet, settling, { ...fixed, steps: 6, ...stop });
      const result = await attack.run(small, { floor: scalar(floor) }, six);
      await attack.release();
      return result;
    };
    const { trace, steps } = await run('cpu', 0, {});
    expect(steps).toBe(6);
    // The third step and the fourth see nothing but the floor.
    const floor = ((trace[1] as number) + (trace[2] as number)) / 2;
    for (const device of ['cpu', 'tfjs'] as const) {
      const settled = await run(device, floor, { stopChangeBelow: 1e-7 });
      expect(settled.steps).toBe(4);
      expect(settled.trace[2]).toBe(settled.trace[3]);
      expect(settled.trace[1]).toBeGreaterThan(floor);
    }
  });

  it('refuses more steps than it was compiled for', async () => {
    const engine = await createEngine({ device: 'cpu', threads: 1 });
    const options = { count: COUNT, constants: { same: rows().shape, other: rows().shape }, weights, steps: 2 };
    const attack = await compileAttack(engine, compact, ranking, options);
    await expect(attack.run(images, { same: rows(), other: rows() }, budget)).rejects.toThrow('4 steps');
    await attack.release();
  });
});
