import * as tf from '@tensorflow/tfjs';
import type { Constants, Metric, Objective } from '../../../attack/types.ts';
import { dtypeOf, ndarray } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';
import type { Matrix } from './golden.ts';

export function matrix(rows: Matrix): tf.Tensor2D {
  return tf.tensor2d(rows.map((row) => [...row]));
}

export function array(rows: Matrix): NdArray {
  return ndarray(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]);
}

export function toTensor<T extends tf.Tensor>({ data, shape }: NdArray): T {
  return tf.tensor(data, [...shape], dtypeOf({ shape, data })) as T;
}

export interface Evaluated {
  readonly values: readonly number[];
  /** One per input, of the sum of the values. */
  readonly gradients: readonly (readonly number[])[];
}

/** Values of a function and the gradients of their sum with respect to each input. */
export function differentiate(fn: (...inputs: tf.Tensor2D[]) => tf.Tensor, inputs: readonly tf.Tensor2D[]): Evaluated {
  const values = Array.from(tf.tidy(() => fn(...inputs)).dataSync());
  const sum = (...given: tf.Tensor[]): tf.Scalar => fn(...(given as tf.Tensor2D[])).sum();
  const gradients = tf
    .grads(sum)([...inputs])
    .map((gradient) => Array.from(gradient.dataSync()));
  return { values, gradients };
}

/** Values of an objective at embeddings, and the gradient of their sum. */
export function evaluateObjective(
  objective: Objective,
  embeddings: NdArray,
  constants: Constants,
  metric: Metric = 'N',
): { readonly values: readonly number[]; readonly gradient: readonly number[] } {
  const tensors = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, toTensor(value)]));
  const result = differentiate((x) => objective.evaluate(x, tensors, metric), [toTensor<tf.Tensor2D>(embeddings)]);
  return { values: result.values, gradient: result.gradients[0] ?? [] };
}
