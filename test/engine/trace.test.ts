import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { ANY_BATCH, exportOnnx } from '../../engine/index.ts';
import { trace } from '../../engine/tracing/trace.ts';
import { compiled, randomArray } from './agreement.ts';

type Inputs = Readonly<Record<string, tf.Tensor>>;

it('lets inputs and results have any names', async () => {
  const names = ['v0', 'v1', 'c0', 'c1', 'state2'];
  const specs = Object.fromEntries(names.map((name) => [name, [2]]));
  const fn = (inputs: Inputs): Inputs =>
    Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, x.mul([2, 3]).add(1)]));
  const program = await compiled.compile(fn, specs);
  const inputs = Object.fromEntries(names.map((name) => [name, randomArray([2], name)]));
  const results = await program.run(inputs);
  for (const name of names) {
    const expected = [...(inputs[name]?.data ?? [])].map((x, i) => x * (i + 2) + 1);
    expect([...(results[name]?.data ?? [])], name).toEqual(expected.map((x) => expect.closeTo(x, 5)));
  }
  await program.release();
  // The results of an exported graph carry their paths alone.
  const { graph } = trace((x) => ({ v1: (x as Inputs).v0?.exp().neg() as tf.Tensor }), { v0: [2] }, 'names', {
    outputName: (path) => path,
  });
  const made = graph.nodes.flatMap(({ outputs }) => outputs);
  expect(new Set(['v0', ...made]).size).toBe(1 + made.length);
});

it('refuses an exported result that has the name of an input', () => {
  const fn = ({ x }: { x: tf.Tensor }) => ({ x: x.neg() });
  expect(() => exportOnnx(fn, { x: [2] }, 'negative')).toThrow('an input and a result are both called x');
});

it('refuses to spell out equal elements for an open number of images', () => {
  const fn = ({ x }: { x: tf.Tensor }) => ({ ones: tf.onesLike(x) });
  expect(() => exportOnnx(fn, { x: [ANY_BATCH, 2] }, 'ones')).toThrow('repeats elements for an open number of images');
});

it('takes and gives a tensor by itself', async () => {
  const program = await compiled.compile((x: tf.Tensor) => x.mul(2), [3]);
  const { shape, data } = await program.run({ shape: [3], data: Float32Array.of(1, 2, 3) });
  expect([shape, [...data]]).toEqual([[3], [2, 4, 6]]);
  await program.release();
});
