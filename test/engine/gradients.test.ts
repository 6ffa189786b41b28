import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { correctedKernels } from '../../engine/gradients.ts';
import type { NdArray } from '../../engine/types.ts';
import { families } from './cases/index.ts';
import { smooth } from './drawing.ts';

// What TF.js has of its own, before an engine is made and corrects it.
const original = new Map(correctedKernels.map((kernel) => [kernel, tf.getGradient(kernel)]));
const { eager, functionOf, inputsOf } = await import('./agreement.ts');
const { recordGradients, traceCase } = await import('./recording.ts');
const { dtypeOf } = await import('../../engine/arrays.ts');

const cases = smooth(Object.values(families).flat()).map((test) => ({
  test,
  asks: recordGradients(correctedKernels, () => traceCase(test)),
}));

async function gradientsOf(test: (typeof cases)[number]['test']): Promise<Record<string, NdArray>> {
  const inputs = inputsOf(test);
  const specs = Object.fromEntries(
    Object.entries(inputs).map(([name, array]) => [name, { shape: array.shape, dtype: dtypeOf(array) }]),
  );
  return (await eager.compile(functionOf(test), specs)).run(inputs);
}

/** Whether TF.js's own gradient of a kernel, or the lack of it, shows in a case: by an error or by other numbers. */
async function fails(kernel: string, test: (typeof cases)[number]['test']): Promise<boolean> {
  const right = await gradientsOf(test);
  const [own, ours] = [original.get(kernel), tf.getGradient(kernel)];
  if (own === undefined) tf.unregisterGradient(kernel);
  else tf.registerGradient(own);
  try {
    const theirs = await gradientsOf(test);
    return Object.entries(right).some(([name, { data }]) =>
      data.some((value, i) => Math.abs(value - (theirs[name]?.data[i] as number)) > 1e-3),
    );
  } catch {
    return true;
  } finally {
    tf.registerGradient(ours);
  }
}

describe('a corrected gradient', () => {
  it.each(correctedKernels)('is needed, as a case shows: %s', async (kernel) => {
    let needed = false;
    for (const { test, asks } of cases) needed ||= asks.has(kernel) && (await fails(kernel, test));
    expect(needed).toBe(true);
  });
});
