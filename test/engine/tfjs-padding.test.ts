import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { findNativeBackend } from '../../engine/devices/tfjs.ts';
import { supportExplicitPaddings } from '../../engine/devices/tfjs-padding.ts';
import { expectClose, randomArray } from './agreement.ts';

/** With HOLDFAST_TEST_EAGER=tensorflow that backend; else the plain one, made to refuse what TensorFlow's kernels refuse. */
const backend = process.env.HOLDFAST_TEST_EAGER === 'tensorflow' ? await native() : picky();

async function native(): Promise<string> {
  return (await findNativeBackend()).backend;
}

function picky(): string {
  const name = 'picky';
  tf.registerBackend(name, tf.findBackendFactory('cpu'));
  tf.copyRegisteredKernels('cpu', name);
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend(name)) {
    tf.unregisterKernel(kernelName, name);
    tf.registerKernel({
      kernelName,
      backendName: name,
      kernelFunc: (call) => {
        const { pad = 'valid' } = call.attrs ?? {};
        if (pad !== 'valid' && pad !== 'same' && pad !== 0) throw new Error(`${kernelName} with padding ${pad}`);
        return kernelFunc(call);
      },
    });
  }
  supportExplicitPaddings(name);
  return name;
}

interface Case {
  readonly name: string;
  readonly filter: readonly number[];
  readonly fn: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor;
}

const sides = (top: number, bottom: number, left: number, right: number): tf.backend_util.ExplicitPadding => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

const cases: Case[] = [
  { name: 'a convolution', filter: [3, 3, 3, 4], fn: (x, w) => tf.conv2d(x, w, 1, 1) },
  { name: 'a convolution with stride 2', filter: [7, 7, 3, 4], fn: (x, w) => tf.conv2d(x, w, 2, 3) },
  { name: 'a convolution, uneven', filter: [3, 2, 3, 4], fn: (x, w) => tf.conv2d(x, w, [2, 3], sides(2, 1, 0, 3)) },
  { name: 'a depthwise convolution', filter: [3, 3, 3, 2], fn: (x, w) => tf.depthwiseConv2d(x, w, 1, 1) },
  { name: 'a depthwise convolution with stride 2', filter: [5, 5, 3, 1], fn: (x, w) => tf.depthwiseConv2d(x, w, 2, 2) },
  { name: 'a maximum pool', filter: [1, 1, 3, 2], fn: (x, w) => tf.maxPool(tf.conv2d(x, w, 1, 0), 3, 2, 1) },
  {
    name: 'a maximum pool, uneven',
    filter: [1, 1, 3, 2],
    fn: (x, w) => tf.maxPool(tf.conv2d(x, w, 1, 0), 3, 1, sides(0, 1, 1, 0)),
  },
];

/** Value and both gradients on a backend, and how many tensors they leave behind. */
async function everythingOn(name: string, { filter, fn }: Case): Promise<{ arrays: tf.TypedArray[]; left: number }> {
  await tf.setBackend(name);
  const [x, w] = [randomArray([2, 9, 8, 3], 'image'), randomArray(filter, 'filter')];
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => {
    const inputs = [tf.tensor(x.data, [...x.shape]), tf.tensor(w.data, [...w.shape])];
    const value = fn(inputs[0] as tf.Tensor4D, inputs[1] as tf.Tensor4D);
    const loss = (a: tf.Tensor, b: tf.Tensor): tf.Scalar =>
      fn(a as tf.Tensor4D, b as tf.Tensor4D)
        .square()
        .sum();
    return [value, ...tf.grads(loss)(inputs)];
  });
  const arrays = results.map((tensor) => tensor.dataSync());
  tf.dispose(results);
  return { arrays, left: tf.memory().numTensors - before };
}

describe(`explicit paddings on the backend ${backend}`, () => {
  it.each(cases)('agree with TF.js in $name, and leave nothing behind', async (test) => {
    const actual = await everythingOn(backend, test);
    const expected = await everythingOn('cpu', test);
    expected.arrays.forEach((data, i) => {
      const array = (from: tf.TypedArray | undefined) => ({
        shape: [data.length],
        data: Float32Array.from(from ?? []),
      });
      expectClose(array(actual.arrays[i]), array(data), 2e-5, `${test.name} ${['value', 'image', 'filter'][i]}`);
    });
    expect(actual.left).toBe(0);
  });

  it('are no matter of kernels that know theirs, or refuse them', async () => {
    await tf.setBackend(backend);
    const x = tf.ones<tf.Rank.R4>([1, 4, 4, 1]);
    expect(tf.avgPool(x, 2, 1, 'same').shape).toEqual([1, 4, 4, 1]);
    expect(() => tf.avgPool(x, 3, 1, 1)).toThrow(/padding/);
    expect(() => tf.conv2d(x, tf.ones([2, 2, 1, 1]), 2, 1, 'NHWC', 1, 'ceil')).toThrow(/padding/);
  });
});
