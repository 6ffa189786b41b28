import type { Random } from '../../base/random.ts';
import { ndarray, sizeOf } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Weights } from '../types.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

/**
 * Fresh weights for parameters that are named `layer.kind`, as training with PyTorch begins with them:
 * - a kernel under batch normalisation: normal of variance 2 / in (He et al., 2015), which then has scale and variance one,
 *   shift and mean zero;
 * - kernel and bias of a layer without it: uniform within 1 / sqrt(in), the default of PyTorch's layers.
 * `in` is the number of inputs of one output. Equal generators give equal weights; each parameter has a stream of its own.
 */
export function initialWeights(parameters: Shapes, random: Random): Weights {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, shape]) => [name, initialWeight(parameters, name, shape, random)]),
  );
}

function initialWeight(parameters: Shapes, name: string, shape: readonly number[], random: Random): NdArray {
  const at = name.lastIndexOf('.');
  const [layer, kind] = [name.slice(0, at), name.slice(at + 1)];
  if (kind === 'scale' || kind === 'variance') return ndarray(new Float32Array(sizeOf(shape)).fill(1), shape);
  if (kind === 'shift' || kind === 'mean') return ndarray(new Float32Array(sizeOf(shape)), shape);
  const source = random.fork(name);
  const inputs = fanIn(parameters[`${layer}.kernel`] ?? [], layer);
  const normalised = Object.hasOwn(parameters, `${layer}.scale`);
  const [deviation, bound] = [Math.sqrt(2 / inputs), 1 / Math.sqrt(inputs)];
  const draw = normalised ? () => source.normal() * deviation : () => (2 * source.uniform() - 1) * bound;
  return ndarray(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
}

/** Inputs of one output of a kernel: all axes but the last; a depthwise kernel sees one channel. */
function fanIn(kernel: readonly number[], layer: string): number {
  return sizeOf(layer.endsWith('depthwise') ? kernel.slice(0, 2) : kernel.slice(0, -1));
}
