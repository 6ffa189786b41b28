import type * as tf from '@tensorflow/tfjs';
import type { TensorWeights, Weights } from '../../embedding/types.ts';
import { scalar, zeros } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The moments of Adam and the number of updates they have seen. */
export interface AdamState {
  readonly first: Weights;
  readonly second: Weights;
  readonly updates: number;
}

export function initialAdam(weights: Weights): AdamState {
  const empty = (): Weights =>
    Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, zeros(shape)]));
  return { first: empty(), second: empty(), updates: 0 };
}

/** The two numbers of an update that depend on how many came before: the corrected rate, and the correction of the root. */
export function adamFactors(rate: number, updatesBefore: number): { rate: NdArray; rootFactor: NdArray } {
  const t = updatesBefore + 1;
  return { rate: scalar(rate / (1 - BETA1 ** t)), rootFactor: scalar(1 / Math.sqrt(1 - BETA2 ** t)) };
}

export interface AdamTensors {
  readonly weights: TensorWeights;
  readonly first: TensorWeights;
  readonly second: TensorWeights;
}

/**
 * One update of Adam (Kingma and Ba, 2015) with L2 weight decay added to the gradient, as PyTorch's `Adam` has it:
 * `w <- w - rate m / (sqrt(v) rootFactor + 1e-8)`.
 */
export function adam(
  { weights, first, second }: AdamTensors,
  gradients: TensorWeights,
  rate: tf.Scalar,
  rootFactor: tf.Scalar,
  weightDecay: number,
): AdamTensors {
  const result = { weights: {}, first: {}, second: {} } as Record<keyof AdamTensors, Record<string, tf.Tensor>>;
  for (const [name, weight] of Object.entries(weights)) {
    const raw = gradients[name] as tf.Tensor;
    const gradient = weightDecay === 0 ? raw : raw.add(weight.mul(weightDecay));
    const m = (first[name] as tf.Tensor).mul(BETA1).add(gradient.mul(1 - BETA1));
    const v = (second[name] as tf.Tensor).mul(BETA2).add(gradient.square().mul(1 - BETA2));
    result.weights[name] = weight.sub(m.mul(rate).div(v.sqrt().mul(rootFactor).add(EPSILON)));
    result.first[name] = m;
    result.second[name] = v;
  }
  return result;
}
