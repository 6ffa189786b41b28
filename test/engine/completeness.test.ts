import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { correctedKernels } from '../../engine/gradients.ts';
import { lowerings } from '../../engine/lowering/index.ts';
import { refusals } from '../../engine/lowering/refusals.ts';
import { families } from './cases/index.ts';
import { smooth } from './drawing.ts';
import { recordGradients, recordKernels, traceCase } from './recording.ts';

const lowered = lowerings.map(({ kernel }) => kernel);
const cases = Object.values(families).flat();

/** The kernels of TF.js: it exports each one's name under that name. */
const kernelsOfTensorFlow = Object.entries(tf)
  .filter(([key, value]) => key === value || (key === 'FusedConv2D' && value === key))
  .map(([key]) => key);

describe('the table tests', () => {
  it('call every kernel that has a lowering', () => {
    const called = recordKernels(() => {
      for (const test of cases) traceCase(test);
    });
    expect(lowered.filter((kernel) => !called.has(kernel))).toEqual([]);
  });

  it('differentiate every kernel whose gradient is corrected', () => {
    const asked = recordGradients(correctedKernels, () => {
      for (const test of smooth(cases)) traceCase(test);
    });
    expect(correctedKernels.filter((kernel) => !asked.has(kernel))).toEqual([]);
  });

  it('have names of their own, which their random numbers come from', () => {
    const names = cases.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});

describe('the lists of lowerings and refusals', () => {
  it('name each kernel once', () => {
    expect(lowered.filter((kernel, i) => lowered.indexOf(kernel) !== i)).toEqual([]);
    expect(lowered.filter((kernel) => kernel in refusals)).toEqual([]);
  });

  it('have every kernel of TF.js between them', () => {
    expect(kernelsOfTensorFlow.length).toBeGreaterThan(150);
    expect(kernelsOfTensorFlow.filter((kernel) => !lowered.includes(kernel) && !(kernel in refusals))).toEqual([]);
    const backend = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    expect(backend.filter((kernel) => !lowered.includes(kernel) && !(kernel in refusals))).toEqual([]);
  });

  it('have no kernel that TF.js does not have', () => {
    const backend = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
    const known = new Set([...kernelsOfTensorFlow, ...backend]);
    expect([...lowered, ...Object.keys(refusals)].filter((kernel) => !known.has(kernel))).toEqual([]);
  });
});
