import { encodeSafetensors } from '../../../embedding/safetensors.ts';
import { ndarray, sizeOf } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';
import { torchVectors } from '../../attack/support/golden.ts';
import { tableArray, tableNumber } from './pytorch.ts';

/**
 * A network of torchvision 0.28, timm 1.0 or RobRank in PyTorch 2.13: the names and shapes of its state dict, without the
 * counters, and what it gives for two images, in double precision. Tensor k of the state dict was filled from row k of the table,
 * in PyTorch's order, within the ranges below.
 */
export interface TorchReference {
  readonly size: number;
  readonly gain: number;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** The first numbers of the embedding of each image. */
  readonly embeddings: readonly (readonly number[])[];
  /** The lengths of the embeddings. */
  readonly norms: readonly number[];
}

export const references =
  torchVectors<Readonly<Record<string, Readonly<Record<string, TorchReference>>>>>('pretrained');

/** @throws RangeError */
export function referenceOf(network: string, library: string): TorchReference {
  const reference = references[network]?.[library];
  if (reference === undefined) throw new RangeError(`no vectors of ${network} in ${library}`);
  return reference;
}

export type State = Readonly<Record<string, NdArray>>;

/** The state dict of a reference. */
export function stateOf({ tensors, gain }: TorchReference): State {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, shape], k) => {
      const normalised = Object.hasOwn(tensors, name.replace(/[^.]*$/, 'running_var'));
      let change = (u: number): number => u * 0.1;
      if (name.endsWith('running_mean')) change = (u) => u * 0.2;
      else if (name.endsWith('running_var')) change = (u) => 1 + u / 2;
      else if (shape.length > 1) change = (u) => u * Math.sqrt(gain / sizeOf(shape.slice(1)));
      else if (normalised && name.endsWith('weight')) change = (u) => 1 + u / 4;
      return [
        name,
        ndarray(
          Float32Array.from({ length: sizeOf(shape) }, (_, i) => change(tableNumber(i, k))),
          shape,
        ),
      ];
    }),
  );
}

/** The two images, N x size x size x channels. */
export function imagesOf({ size }: TorchReference, channels: number): NdArray {
  const table = tableArray([2 * size * size * channels], 1000, (u) => (u + 1) / 2);
  return { ...table, shape: [2, size, size, channels] };
}

/** A safetensors file of float32. */
export function fileOf(state: State): Uint8Array {
  return encodeSafetensors({ tensors: state, metadata: { format: 'pt' } });
}

/** With other tensors in the place of some, or without them where there is none. */
export function changed(state: State, changes: Readonly<Record<string, NdArray | undefined>>): State {
  const entries = Object.entries({ ...state, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, NdArray] => entry[1] !== undefined));
}
