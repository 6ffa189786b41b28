import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import type { Engine, InputSpec, NdArray } from '../engine/types.ts';
import { type AdamState, adam, adamFactors } from './optimisers/index.ts';

/** What training changes: the weights, and the optimiser's memory of them. */
export interface Learner {
  readonly weights: Weights;
  readonly adam: AdamState;
}

/** A loss of a batch as a function of the weights. `inputs` are images and constants by name. */
export type BatchLoss = (weights: TensorWeights, inputs: Readonly<Record<string, tf.Tensor>>) => tf.Scalar;

export interface CompiledUpdate {
  /** One gradient step; the learner passed in stays as it was. */
  run(
    learner: Learner,
    inputs: Readonly<Record<string, NdArray>>,
    rate: number,
  ): Promise<{ learner: Learner; loss: number }>;
  readonly multiplyAdds: number;
  release(): Promise<void>;
}

type UpdateTensors = {
  readonly weights: TensorWeights;
  readonly first: TensorWeights;
  readonly second: TensorWeights;
  readonly rate: tf.Scalar;
  readonly rootFactor: tf.Scalar;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
};

/**
 * A whole update in one program: the loss of a batch, all its gradients, and Adam. Buffers of the network stay as they are.
 * @param inputs specs of what the loss reads beside the weights.
 */
export async function compileUpdate(
  engine: Engine,
  loss: BatchLoss,
  { parameters, buffers = [] }: Pick<Backbone, 'parameters' | 'buffers'>,
  inputs: Readonly<Record<string, InputSpec>>,
  options: { readonly weightDecay: number; readonly name: string },
): Promise<CompiledUpdate> {
  const names = Object.keys(parameters).filter((name) => !buffers.includes(name));
  const trained = (all: TensorWeights): TensorWeights =>
    Object.fromEntries(names.map((name) => [name, all[name] as tf.Tensor]));
  const update = ({ weights, first, second, rate, rootFactor, inputs: given }: UpdateTensors) => {
    const lossOf = (...values: tf.Tensor[]): tf.Scalar =>
      loss({ ...weights, ...Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor])) }, given);
    const { value, grads } = tf.valueAndGrads(lossOf)(Object.values(trained(weights)));
    const gradients = Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor]));
    const before = { weights: trained(weights), first: trained(first), second: trained(second) };
    const next = adam(before, gradients, rate, rootFactor, options.weightDecay);
    return {
      weights: { ...weights, ...next.weights },
      first: { ...first, ...next.first },
      second: { ...second, ...next.second },
      loss: value as tf.Tensor,
    };
  };
  const specs = { weights: parameters, first: parameters, second: parameters, rate: [], rootFactor: [], inputs };
  const program = await engine.compile(update, specs, { name: options.name });
  return {
    multiplyAdds: program.multiplyAdds,
    release: () => program.release(),
    async run({ weights, adam: state }, given, rate) {
      const { first, second, updates } = state;
      const result = await program.run({ weights, first, second, ...adamFactors(rate, updates), inputs: given });
      return {
        learner: {
          weights: result.weights,
          adam: { first: result.first, second: result.second, updates: updates + 1 },
        },
        loss: result.loss.data[0] ?? Number.NaN,
      };
    },
  };
}
