import * as tf from '@tensorflow/tfjs';
import { dtypeOf } from '../../engine/arrays.ts';
import { exportOnnx } from '../../engine/index.ts';
import { functionOf, inputsOf, type OpCase } from './agreement.ts';

const TRACING = 'holdfast-tracing';

/** Traces a case, with its gradients, and runs nothing. */
export function traceCase(test: OpCase): void {
  const specs = Object.fromEntries(
    Object.entries(inputsOf(test)).map(([name, array]) => [name, { shape: array.shape, dtype: dtypeOf(array) }]),
  );
  exportOnnx(functionOf(test), specs, test.name);
}

/** The names of the kernels that reach the compiler while `body` runs, those of gradients included. */
export function recordKernels(body: () => void): Set<string> {
  // The kernels are registered at the first trace.
  exportOnnx(({ x }: { x: tf.Tensor }) => ({ y: x.square() }), { x: [1] }, 'first');
  const called = new Set<string>();
  const kernels = tf.getKernelsForBackend(TRACING);
  const replace = (kernel: tf.KernelConfig): void => {
    tf.unregisterKernel(kernel.kernelName, TRACING);
    tf.registerKernel(kernel);
  };
  for (const kernel of kernels) {
    replace({
      ...kernel,
      kernelFunc: (call) => {
        called.add(kernel.kernelName);
        return kernel.kernelFunc(call);
      },
    });
  }
  try {
    body();
  } finally {
    for (const kernel of kernels) replace(kernel);
  }
  return called;
}

/** The names of the kernels whose gradients are asked for while `body` runs. */
export function recordGradients(kernels: readonly string[], body: () => void): Set<string> {
  exportOnnx(({ x }: { x: tf.Tensor }) => ({ y: x.square() }), { x: [1] }, 'first');
  const asked = new Set<string>();
  const gradients = kernels.map((kernel) => tf.getGradient(kernel));
  for (const gradient of gradients) {
    tf.registerGradient({
      ...gradient,
      gradFunc: (dy, saved, attrs) => {
        asked.add(gradient.kernelName);
        return gradient.gradFunc(dy, saved, attrs);
      },
    });
  }
  try {
    body();
  } finally {
    for (const gradient of gradients) tf.registerGradient(gradient);
  }
  return asked;
}
