import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import type { Engine, InputSpec, NdArray } from '../engine/types.ts';
import { type AdamState, adam, adamFactors, initialAdam } from './optimisers/index.ts';

/** What training changes from batch to batch, and all it has to remember. */
export interface Learner {
  readonly weights: Weights;
  readonly adam: AdamState;
  /** Learnable scalars of the loss, by name. */
  readonly lossParameters: Readonly<Record<string, number>>;
  /** What a defense carries from one batch to the next, by name. */
  readonly memory: Readonly<Record<string, number>>;
}

/** Where training begins. @param lossParameters the first values of the loss's learnable scalars. */
export function newLearner(weights: Weights, lossParameters: Readonly<Record<string, number>> = {}): Learner {
  return { weights, adam: initialAdam(weights), lossParameters, memory: {} };
}

/** Images (N x size x size x channels, pixels in [0,1]) to raw embeddings (N x dimension). */
export type Embed = (images: tf.Tensor) => tf.Tensor2D;

/**
 * A loss of a batch. `embed` is the network with the weights that are trained; `inputs` are images and constants by name;
 * `parameters` are the loss's learnable scalars.
 */
export type BatchLoss = (
  embed: Embed,
  inputs: Readonly<Record<string, tf.Tensor>>,
  parameters: Readonly<Record<string, tf.Scalar>>,
) => tf.Scalar;

export interface UpdateOptions {
  readonly name: string;
  /** L2, added to the gradient. */
  readonly weightDecay: number;
}

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
  { parameters, buffers = [], forward }: Pick<Backbone, 'parameters' | 'buffers' | 'forward'>,
  inputs: Readonly<Record<string, InputSpec>>,
  options: UpdateOptions,
): Promise<CompiledUpdate> {
  const names = Object.keys(parameters).filter((name) => !buffers.includes(name));
  const trained = (all: TensorWeights): TensorWeights =>
    Object.fromEntries(names.map((name) => [name, all[name] as tf.Tensor]));
  const update = ({ weights, first, second, rate, rootFactor, inputs: given }: UpdateTensors) => {
    const lossOf = (...values: tf.Tensor[]): tf.Scalar => {
      const current = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor])) };
      return loss((images) => forward(current, images as tf.Tensor4D), given, {});
    };
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
    async run(learner, given, rate) {
      const { first, second, updates } = learner.adam;
      const { weights } = learner;
      const result = await program.run({ weights, first, second, ...adamFactors(rate, updates), inputs: given });
      const state = { first: result.first, second: result.second, updates: updates + 1 };
      return {
        learner: { ...learner, weights: result.weights, adam: state },
        loss: result.loss.data[0] ?? Number.NaN,
      };
    },
  };
}
