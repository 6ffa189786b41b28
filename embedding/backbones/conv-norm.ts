import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights } from '../types.ts';
import { batchNorm, batchNormShapes, batchStatistics, frozenBatchNorm, runningStatistics } from './batch-norm.ts';
import { initialWeights } from './init.ts';
import { type Shapes, weight } from './layers.ts';

/** A convolution without bias and the batch normalisation after it. */
export interface ConvNorm {
  readonly name: string;
  /** Side of the kernel, odd. Half of it, rounded down, is the padding on each side, as in PyTorch's networks. */
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly stride: number;
  /** One kernel per channel; `from` and `to` are equal. */
  readonly depthwise?: true;
}

/** Kernel (height, width, in, out), or (height, width, channels, 1) for a depthwise one, and batch normalisation. */
export function convNormShapes({ name, size, from, to, depthwise }: ConvNorm): Shapes {
  return { [`${name}.kernel`]: [size, size, from, depthwise ? 1 : to], ...batchNormShapes(name, to) };
}

/** Applies a layer to N x H x W x from. */
export type Apply = (layer: ConvNorm, x: tf.Tensor4D) => tf.Tensor4D;

function convolve({ size, stride, depthwise }: ConvNorm, x: tf.Tensor4D, kernel: tf.Tensor): tf.Tensor4D {
  const pad = (size - 1) / 2;
  return depthwise
    ? tf.depthwiseConv2d(x, kernel as tf.Tensor4D, stride, pad)
    : tf.conv2d(x, kernel as tf.Tensor4D, stride, pad);
}

/** Layers with their running statistics. */
export function frozen(weights: TensorWeights): Apply {
  return (layer, x) => {
    const { factor, offset } = frozenBatchNorm(weights, layer.name);
    const kernel = weight(weights, `${layer.name}.kernel`);
    return convolve(layer, x, kernel.mul(layer.depthwise ? factor.expandDims(1) : factor)).add(offset);
  };
}

/** Layers with the statistics of the batch, which are written into `statistics` under the names of the running ones. */
export function live(weights: TensorWeights, statistics: Record<string, tf.Tensor>): Apply {
  return (layer, x) => {
    const { name } = layer;
    const y = convolve(layer, x, weight(weights, `${name}.kernel`));
    const { mean, variance } = batchStatistics(y);
    Object.assign(statistics, { [`${name}.mean`]: mean, [`${name}.variance`]: variance });
    return batchNorm(y, weight(weights, `${name}.scale`), weight(weights, `${name}.shift`));
  };
}

interface Network extends Pick<Backbone, 'name' | 'size' | 'channels' | 'dimension' | 'parameters' | 'momentum'> {
  readonly embed: (weights: TensorWeights, images: tf.Tensor4D, apply: Apply) => tf.Tensor2D;
}

/** A backbone of such layers: what it computes, once with running statistics and once with those of the batch. */
export function convNormBackbone({ embed, ...network }: Network): Backbone {
  const { parameters } = network;
  return {
    ...network,
    buffers: runningStatistics(parameters),
    init: (random) => initialWeights(parameters, random),
    forward: (weights, images) => embed(weights, images, frozen(weights)),
    forwardLive(weights, images) {
      const statistics: Record<string, tf.Tensor> = {};
      return { embeddings: embed(weights, images, live(weights, statistics)), statistics };
    },
  };
}
