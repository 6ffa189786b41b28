import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { ndarray, scalar } from '../../engine/arrays.ts';
import { loop } from '../../engine/loop.ts';
import type { NdArray } from '../../engine/types.ts';
import { compiled, eager, expectClose, randomArray } from './agreement.ts';

const x = randomArray([4, 3], 'loop/x');
const w = randomArray([3, 3], 'loop/w');

type Inputs = Record<string, tf.Tensor>;
type Outputs = Record<string, tf.Tensor>;

/** Runs a function compiled and eagerly and compares everything that it gives. */
async function expectTwins(
  fn: (inputs: Inputs) => Outputs,
  inputs: Record<string, NdArray>,
): Promise<Record<string, NdArray>> {
  const specs = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => [
      name,
      { shape, dtype: data instanceof Int32Array ? ('int32' as const) : ('float32' as const) },
    ]),
  );
  const program = await compiled.compile(fn, specs, { name: 'loop' });
  const actual = await program.run(inputs);
  const expected = await (await eager.compile(fn, specs)).run(inputs);
  for (const [name, array] of Object.entries(expected)) expectClose(actual[name] as NdArray, array, 1e-5, name);
  await program.release();
  return actual as Record<string, NdArray>;
}

describe('a loop inside a program', () => {
  it('knows the leaves of its state by their names, whatever order a turn gives them in', async () => {
    const { grown, sum } = await expectTwins(
      ({ x }) => {
        const start = { grown: x as tf.Tensor, sum: (x as tf.Tensor).sum() };
        return loop({
          steps: 3,
          state: start,
          body: ({ grown, sum }) => ({ state: { sum: sum.add(1), grown: grown.mul(2) } }),
        }).state;
      },
      { x },
    );
    expect(grown?.shape).toEqual(x.shape);
    expect(sum?.shape).toEqual([]);
  });

  it('takes gradient steps like its eager twin, with the gradient inside the body', async () => {
    const { steps } = await expectTwins(
      ({ x, w }) => {
        const objective = (y: tf.Tensor): tf.Tensor =>
          tf
            .matMul(y as tf.Tensor2D, w as tf.Tensor2D)
            .relu()
            .square()
            .sum();
        const result = loop({
          steps: 5,
          state: { y: x as tf.Tensor, best: tf.scalar(1e9) as tf.Tensor },
          body: ({ y, best }) => {
            const { value, grad } = tf.valueAndGrad(objective)(y);
            return { state: { y: y.sub(grad.sign().mul(0.05)), best: best.minimum(value) } };
          },
        });
        return { ...result.state, steps: result.steps };
      },
      { x, w },
    );
    expect([...(steps as NdArray).data]).toEqual([5]);
  });

  it('stops each sample by itself, keeps its state and counts its turns', async () => {
    const start = ndarray(Float32Array.of(0.5, 3.5, 9, 2.5), [4]);
    const result = await expectTwins(
      ({ start }) => {
        const { state, steps } = loop({
          steps: 6,
          state: { value: start as tf.Tensor, turns: tf.scalar(0) as tf.Tensor },
          body: ({ value, turns }) => ({
            state: { value: value.sub(1), turns: turns.add(1) },
            active: value.greater(1),
          }),
        });
        return { ...state, steps };
      },
      { start },
    );
    expect([...(result.value as NdArray).data]).toEqual([0.5, 0.5, 3, 0.5]);
    expect([...(result.steps as NdArray).data]).toEqual([0, 3, 6, 2]);
    expect([...(result.turns as NdArray).data]).toEqual([6]);
  });

  it('ends when no sample is left', async () => {
    const start = ndarray(Float32Array.of(2, 1.5), [2]);
    const { turns } = await expectTwins(
      ({ start }) => {
        const { state, steps } = loop({
          steps: 1000,
          state: { value: start as tf.Tensor, turns: tf.scalar(0) as tf.Tensor },
          body: ({ value, turns }) => ({
            state: { value: value.sub(1), turns: turns.add(1) },
            active: value.greater(0),
          }),
        });
        return { ...state, steps };
      },
      { start },
    );
    expect([...(turns as NdArray).data]).toEqual([2]);
  });

  it.each([
    [0, 0],
    [1, 0],
    [3, 3],
  ])('takes its number of turns (%i) from a tensor, and tells the body which it is', async (count, total) => {
    const { sum } = await expectTwins(
      ({ count: limit }) => {
        const { state } = loop({
          steps: limit as tf.Tensor,
          state: { sum: tf.scalar(0) as tf.Tensor },
          body: ({ sum: before }, step) => ({ state: { sum: before.add(step.cast('float32')) } }),
        });
        return state;
      },
      { count: ndarray(Int32Array.of(count), []) },
    );
    expect([...(sum as NdArray).data]).toEqual([total]);
  });

  it('nests, and sees values from every level around it', async () => {
    await expectTwins(
      ({ x, w }) => {
        const { state } = loop({
          steps: 2,
          state: { y: x as tf.Tensor },
          body: ({ y }) => ({
            state: {
              y: loop({
                steps: 3,
                state: { z: y },
                body: ({ z }, step) => ({
                  state: {
                    z: tf
                      .matMul(z as tf.Tensor2D, w as tf.Tensor2D)
                      .add(y)
                      .add(step.cast('float32'))
                      .tanh(),
                  },
                }),
              }).state.z,
            },
          }),
        });
        return state;
      },
      { x, w },
    );
  });

  it('reads values that are results too, of the program or of the turn around it', async () => {
    await expectTwins(
      ({ x, w }) => {
        const product = tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
        const { state } = loop({
          steps: 2,
          state: { y: x as tf.Tensor, last: x as tf.Tensor, unchanged: w as tf.Tensor },
          body: ({ y, unchanged }) => {
            const half = y.mul(0.5);
            const inner = loop({
              steps: 2,
              state: { z: y },
              body: ({ z }) => ({ state: { z: z.add(half).add(product) } }),
            });
            return { state: { y: inner.state.z.tanh(), last: half, unchanged } };
          },
        });
        return { ...state, product, same: product, x: x as tf.Tensor };
      },
      { x, w },
    );
  });

  it('computes once what no turn changes', async () => {
    const product = ({ x, w }: Inputs): tf.Tensor => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D);
    const program = await compiled.compile(
      (inputs: Inputs) =>
        loop({
          steps: 10,
          state: { y: inputs.x as tf.Tensor },
          body: ({ y }) => ({ state: { y: y.add(product(inputs)) } }),
        }).state,
      { x: x.shape, w: w.shape },
    );
    expect(program.multiplyAdds).toBe(4 * 3 * 3);
    await program.release();
  });

  it('refuses a state that changes its form, and to be differentiated', async () => {
    const grow = compiled.compile(
      ({ x }: Inputs) =>
        loop({ steps: 2, state: { y: x as tf.Tensor }, body: ({ y }) => ({ state: { y: y.sum(0) } }) }).state,
      { x: x.shape },
    );
    await expect(grow).rejects.toThrow('the state of a loop changes its form: y float32 [4,3]');
    const differentiated = compiled.compile(
      ({ x }: Inputs) => ({
        gradient: tf.grad((y: tf.Tensor) =>
          loop({ steps: 2, state: { z: y }, body: ({ z }) => ({ state: { z: z.mul(2) } }) }).state.z.sum(),
        )(x as tf.Tensor),
      }),
      { x: x.shape },
    );
    await expect(differentiated).rejects.toThrow('a loop cannot be differentiated');
  });

  it('runs convolutions whose weights are passed in', async () => {
    await expectTwins(
      ({ image, kernel, rate }) => {
        const objective = (y: tf.Tensor): tf.Tensor =>
          tf
            .conv2d(y as tf.Tensor4D, kernel as tf.Tensor4D, 2, 'same')
            .relu()
            .mean();
        return loop({
          steps: 4,
          state: { image: image as tf.Tensor },
          body: (state) => ({
            state: {
              image: state.image
                .sub(
                  tf
                    .grad(objective)(state.image)
                    .sign()
                    .mul(rate as tf.Tensor),
                )
                .clipByValue(0, 1),
            },
          }),
        }).state;
      },
      {
        image: randomArray([2, 8, 8, 3], 'image', [0, 1]),
        kernel: randomArray([3, 3, 3, 16], 'kernel'),
        rate: scalar(0.03),
      },
    );
  });
});
