import type * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights } from '../embedding/types.ts';

export type Network = Pick<Backbone, 'parameters' | 'buffers' | 'forward' | 'forwardLive' | 'momentum'>;

/** A network as the loss of an update uses it, with one of the two ways of batch normalisation. */
export interface UpdateNetwork {
  embed(weights: TensorWeights, images: tf.Tensor4D): tf.Tensor2D;
  /**
   * The running statistics after a batch: they follow each set of images that the loss embeds, in its order. Empty where they
   * stay as they are. @param loss called once more for the order of its calls, outside of what is differentiated: a
   *   compiled program shares the arithmetic of both calls.
   */
  follow(weights: TensorWeights, loss: (embed: (images: tf.Tensor) => tf.Tensor2D) => tf.Tensor): TensorWeights;
}

/** PyTorch's default. */
const MOMENTUM = 0.1;

/** @throws RangeError for `live` and a network without batch normalisation. */
export function networkFor(network: Network, batchNorm: 'frozen' | 'live'): UpdateNetwork {
  if (batchNorm === 'frozen') return { embed: network.forward, follow: () => ({}) };
  const { forwardLive, momentum = MOMENTUM } = network;
  if (forwardLive === undefined) throw new RangeError('the network has no batch normalisation to keep live');
  return {
    embed: (weights, images) => forwardLive(weights, images).embeddings,
    follow(weights, loss) {
      let running: TensorWeights = {};
      loss((images) => {
        const { embeddings, statistics } = forwardLive(weights, images as tf.Tensor4D);
        const followed = Object.entries(statistics).map(([name, value]) => {
          const before = running[name] ?? (weights[name] as tf.Tensor);
          return [name, before.mul(1 - momentum).add(value.mul(momentum))];
        });
        running = { ...running, ...Object.fromEntries(followed) };
        return embeddings;
      });
      return running;
    },
  };
}
