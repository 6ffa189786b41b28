import * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../embedding/types.ts';
import { scalar } from '../engine/arrays.ts';
import type { Engine, InputSpec, NdArray } from '../engine/types.ts';
import type { Learner } from './learner.ts';
import { adam, adamFactors, averaged, averageShare, clipped, descend, globalNorm } from './optimisers/index.ts';
import { type Network, networkFor } from './update-network.ts';

export { type Learner, newLearner } from './learner.ts';

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

/** How weights are updated, whatever the loss: the part of a recipe that each defense hands on to its updates. */
export interface UpdateSetting {
  /** L2, added to the gradient. */
  readonly weightDecay: number;
  /** The largest global norm of the network's gradients; they are not clipped without it. */
  readonly clipNorm?: number | undefined;
  /** Decay of the moving average of the weights, 0 to 1; none is kept without it. */
  readonly average?: number | undefined;
  /**
   * Statistics that batch normalisation uses in the loss: the running ones, which stay as they are (`frozen`, the default),
   * or those of each batch that is embedded, which the running ones follow (`live`).
   */
  readonly batchNorm?: 'frozen' | 'live' | undefined;
}

export interface UpdateOptions extends UpdateSetting {
  readonly name: string;
  /** The loss's learnable scalars and the rates of the plain gradient descent on them. */
  readonly lossParameters?: Readonly<Record<string, { readonly rate: number }>>;
  /** The input of the loss whose images' embeddings, by the weights before the update, are given back as well. */
  readonly embeddingsOf?: string;
}

export interface UpdateResult {
  readonly learner: Learner;
  readonly loss: number;
  /** Euclidean norm of all gradients of the network, before clipping and weight decay. */
  readonly gradientNorm: number;
  /** Images x dimension, raw; only where the options ask for them. */
  readonly embeddings?: NdArray;
}

export interface CompiledUpdate {
  /** One gradient step; the learner passed in stays as it was. */
  run(learner: Learner, inputs: Readonly<Record<string, NdArray>>, rate: number): Promise<UpdateResult>;
  readonly multiplyAdds: number;
  release(): Promise<void>;
}

type UpdateTensors = {
  readonly weights: TensorWeights;
  readonly first: TensorWeights;
  readonly second: TensorWeights;
  /** Empty where no average is kept. */
  readonly average: TensorWeights;
  readonly parameters: Readonly<Record<string, tf.Scalar>>;
  readonly rate: tf.Scalar;
  readonly rootFactor: tf.Scalar;
  readonly averageShare: tf.Scalar;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
};

/**
 * A whole update in one program: the loss of a batch, all its gradients, clipping, Adam, plain descent on the loss's own
 * scalars, running statistics and the average of the weights.
 * @param inputs specs of what the loss reads beside the weights. @throws RangeError for `live` batch normalisation and a
 *   network that has none.
 */
export async function compileUpdate(
  engine: Engine,
  loss: BatchLoss,
  backbone: Network,
  inputs: Readonly<Record<string, InputSpec>>,
  options: UpdateOptions,
): Promise<CompiledUpdate> {
  const { parameters: shapes, buffers = [] } = backbone;
  const network = networkFor(backbone, options.batchNorm ?? 'frozen');
  const names = Object.keys(shapes).filter((name) => !buffers.includes(name));
  const learnable = options.lossParameters ?? {};
  const scalars = Object.keys(learnable);
  const { average: decay, embeddingsOf } = options;

  const update = (given: UpdateTensors) => {
    const { weights, first, second, average, parameters, rate, rootFactor } = given;
    const lossOf = (...values: tf.Tensor[]): tf.Scalar => {
      const current = { ...weights, ...named(names, values) };
      const own = named(scalars, values.slice(names.length)) as Record<string, tf.Scalar>;
      return loss((images) => network.embed(current, images as tf.Tensor4D), given.inputs, own);
    };
    const at = [...names.map((name) => weights[name]), ...scalars.map((name) => parameters[name])] as tf.Tensor[];
    const { value, grads } = tf.valueAndGrads(lossOf)(at);
    const gradients = named(names, grads);
    const norm = globalNorm(gradients);
    const limited = options.clipNorm === undefined ? gradients : clipped(gradients, norm, options.clipNorm);
    const trained = (all: TensorWeights): TensorWeights => pick(names, all);
    const before = { weights: trained(weights), first: trained(first), second: trained(second) };
    const next = adam(before, limited, rate, rootFactor, options.weightDecay);
    const statistics = network.follow(weights, (embed) => loss(embed, given.inputs, parameters));
    const after = { ...weights, ...statistics, ...next.weights };
    return {
      weights: after,
      first: { ...first, ...next.first },
      second: { ...second, ...next.second },
      average: averaged(average, after, given.averageShare),
      parameters: descend(parameters, named(scalars, grads.slice(names.length)), learnable),
      loss: value as tf.Tensor,
      norm: norm as tf.Tensor,
      // A compiled program shares the arithmetic with the loss.
      ...(embeddingsOf !== undefined && {
        embeddings: backbone.forward(weights, given.inputs[embeddingsOf] as tf.Tensor4D),
      }),
    };
  };
  const specs = {
    weights: shapes,
    first: shapes,
    second: shapes,
    average: decay === undefined ? {} : shapes,
    parameters: Object.fromEntries(scalars.map((name) => [name, [] as number[]])),
    rate: [],
    rootFactor: [],
    averageShare: [],
    inputs,
  };
  const program = await engine.compile(update, specs, { name: options.name });
  return {
    multiplyAdds: program.multiplyAdds,
    release: () => program.release(),
    async run(learner, batch, rate) {
      const { first, second, updates } = learner.adam;
      const { weights } = learner;
      const result = await program.run({
        weights,
        first,
        second,
        average: decay === undefined ? {} : (learner.average ?? weights),
        parameters: Object.fromEntries(scalars.map((name) => [name, scalar(learner.lossParameters[name] as number)])),
        ...adamFactors(rate, updates),
        averageShare: averageShare(decay ?? 0, updates),
        inputs: batch,
      });
      const adamState = { first: result.first, second: result.second, updates: updates + 1 };
      const own = Object.entries(result.parameters).map(([name, { data }]) => [name, data[0] as number]);
      const next = {
        ...learner,
        weights: result.weights,
        adam: adamState,
        lossParameters: { ...learner.lossParameters, ...Object.fromEntries(own) },
      };
      return {
        learner: decay === undefined ? next : { ...next, average: result.average },
        loss: result.loss.data[0] ?? Number.NaN,
        gradientNorm: result.norm.data[0] ?? Number.NaN,
        ...(result.embeddings !== undefined && { embeddings: result.embeddings }),
      };
    },
  };
}

const named = (names: readonly string[], values: readonly tf.Tensor[]): Record<string, tf.Tensor> =>
  Object.fromEntries(names.map((name, i) => [name, values[i] as tf.Tensor]));

const pick = (names: readonly string[], all: TensorWeights): TensorWeights =>
  Object.fromEntries(names.map((name) => [name, all[name] as tf.Tensor]));
