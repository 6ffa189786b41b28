import type { NdArray } from '../../engine/types.ts';
import { EPSILON } from '../backbones/batch-norm.ts';
import type { Backbone } from '../types.ts';
import type { TorchTensor, TorchTensors } from './types.ts';

/** The normalisation of a layer in a graph. */
export interface GraphNorm {
  readonly scale: TorchTensor;
  readonly shift: TorchTensor;
  readonly mean: TorchTensor;
  readonly variance: TorchTensor;
  readonly epsilon: number;
}

/** What a graph has for one layer, in PyTorch's layout. */
export interface GraphLayer {
  readonly weight: TorchTensor;
  readonly bias?: TorchTensor;
  readonly norm?: GraphNorm;
}

/**
 * The parameters of the layers of a graph. A layer whose batch normalisation was folded into its convolution by the
 * exporter gets one that changes nothing but adds the bias: scale 1, mean 0, variance 1 less what is added to it.
 * @returns also the layers whose normalisation was folded
 */
export function layerParameters(
  layers: ReadonlyMap<string, GraphLayer>,
  { parameters }: Pick<Backbone, 'parameters'>,
): { readonly tensors: TorchTensors; readonly folded: readonly string[] } {
  const tensors: Record<string, TorchTensor> = {};
  const folded: string[] = [];
  for (const [name, layer] of layers) {
    tensors[`${name}.kernel`] = layer.weight;
    const channels = parameters[`${name}.scale`]?.[0];
    if (channels === undefined) {
      tensors[`${name}.bias`] = layer.bias ?? constant(parameters[`${name}.bias`]?.[0] ?? 0, 0);
      continue;
    }
    if (layer.norm === undefined) folded.push(name);
    const { scale, shift, mean, variance } =
      layer.norm === undefined ? identity(channels, layer) : exact(layer, layer.norm);
    Object.assign(tensors, {
      [`${name}.scale`]: scale,
      [`${name}.shift`]: shift,
      [`${name}.mean`]: mean,
      [`${name}.variance`]: variance,
    });
  }
  return { tensors, folded };
}

type NormTensors = Omit<GraphNorm, 'epsilon'>;

function identity(channels: number, { bias }: GraphLayer): NormTensors {
  return {
    scale: constant(channels, 1),
    shift: bias ?? constant(channels, 0),
    mean: constant(channels, 0),
    variance: constant(channels, 1 - EPSILON),
  };
}

/** The same function with our epsilon, and with a bias before the normalisation taken into its mean. */
function exact({ bias }: GraphLayer, norm: GraphNorm): NormTensors {
  const { scale, shift, mean, variance, epsilon } = norm;
  // The file has epsilon in single precision.
  const same = Math.abs(epsilon - EPSILON) < 1e-9;
  const rescaled = combine(scale, variance, (a, v) => a * Math.sqrt((v + EPSILON) / (v + epsilon)));
  return {
    scale: same ? scale : rescaled,
    shift,
    mean: bias === undefined ? mean : combine(mean, bias, (m, b) => m - b),
    variance,
  };
}

function constant(size: number, value: number): TorchTensor {
  const array: NdArray = { shape: [size], data: new Float32Array(size).fill(value) };
  return { source: 'a constant', array };
}

/** Number by number; of the size of the first. */
function combine(a: TorchTensor, b: TorchTensor, of: (a: number, b: number) => number): TorchTensor {
  const data = Float32Array.from(a.array.data, (value, i) => of(value, b.array.data[i] ?? Number.NaN));
  return { source: a.source, array: { shape: a.array.shape, data } };
}
