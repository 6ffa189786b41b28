import type { Weights } from '../../../embedding/types.ts';
import { ndarray, sizeOf } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';

/**
 * Number i of row k of a fixed table of numbers in [-1, 1), the same in any language: what the makers of the vectors filled
 * PyTorch's parameters with (k is the place of the parameter among all of them).
 */
export function tableNumber(i: number, k: number): number {
  let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(k + 1, 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  h ^= h >>> 15;
  return (2 * (h >>> 0)) / 4294967296 - 1;
}

/** Sizes of the maps (height, width, channels) that were flattened before a matrix. */
export type Flattened = readonly [number, number, number];

/**
 * The position in PyTorch's memory of each element of one of our parameters: kernels are (out, in, height, width) there,
 * matrices (out, in), and maps are flattened with their channels slowest.
 */
function placesInPyTorch(shape: readonly number[], flattened: Flattened | undefined): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  const outputs = shape.at(-1) ?? 1;
  const inputs = sizeOf(shape) / outputs;
  const [height, width, channels] = shape.length === 4 ? [shape[0], shape[1], shape[2]] : (flattened ?? [1, 1, inputs]);
  if (height === undefined || width === undefined || channels === undefined) throw new RangeError(`shape [${shape}]`);
  if (shape.length === 1) return places.map((_, i) => i);
  for (let row = 0; row < inputs; row++) {
    const [y, x, c] = [Math.floor(row / (width * channels)), Math.floor(row / channels) % width, row % channels];
    for (let o = 0; o < outputs; o++) {
      places[row * outputs + o] = o * inputs + (c * height + y) * width + x;
    }
  }
  return places;
}

/** Row k of the table as a parameter: `change` makes its numbers out of the table's. */
export function tableArray(
  shape: readonly number[],
  k: number,
  change: (u: number) => number = (u) => u,
  flattened?: Flattened,
): NdArray {
  return ndarray(
    Float32Array.from(placesInPyTorch(shape, flattened), (place) => change(tableNumber(place, k))),
    shape,
  );
}

/** All parameters of a network from the table, in the ranges that the makers of the vectors chose. */
export function tableWeights(
  parameters: Readonly<Record<string, readonly number[]>>,
  gain: number,
  flattened: Readonly<Record<string, Flattened>> = {},
): Weights {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, shape], k) => {
      const inputs = name.endsWith('depthwise.kernel') ? sizeOf(shape.slice(0, 2)) : sizeOf(shape.slice(0, -1));
      const ranges: Readonly<Record<string, (u: number) => number>> = {
        kernel: (u) => u * Math.sqrt(gain / inputs),
        bias: (u) => u * 0.1,
        scale: (u) => 1 + u / 4,
        shift: (u) => u * 0.1,
        mean: (u) => u * 0.2,
        variance: (u) => 1 + u / 2,
      };
      return [name, tableArray(shape, k, ranges[name.slice(name.lastIndexOf('.') + 1)], flattened[name])];
    }),
  );
}
