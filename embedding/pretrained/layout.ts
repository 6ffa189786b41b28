import { sizeOf } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Maps } from './types.ts';

/**
 * The shape of a parameter in PyTorch. Kernels are (out, in, height, width) there, those of depthwise convolutions, (height,
 * width, channels, 1) here, (channels, 1, height, width), and matrices (out, in).
 */
export function torchShape(shape: readonly number[]): number[] {
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  if (shape.length === 4) return d === 1 ? [c, 1, a, b] : [d, c, a, b];
  return shape.length === 2 ? [b, a] : [...shape];
}

/**
 * The position in PyTorch's memory of each element of a parameter of this shape.
 * @param maps of the layer, where it reads flattened maps
 */
function placesInTorch(shape: readonly number[], maps: Maps | undefined): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  if (shape.length < 2) return places.map((_, i) => i);
  const outputs = shape.at(-1) ?? 1;
  const inputs = places.length / outputs;
  const [a = 1, b = 1, c = 1] = shape;
  const [height, width, channels] = shape.length === 4 ? [a, b, c] : (maps ?? [1, 1, inputs]);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const input = (channel * height + y) * width + x;
        for (let output = 0; output < outputs; output++) places[i++] = output * inputs + input;
      }
    }
  }
  return places;
}

/** A parameter of the shape `shape` from PyTorch's layout. @param data in PyTorch's order. */
export function fromTorch(data: ArrayLike<number>, shape: readonly number[], maps?: Maps): NdArray {
  const places = placesInTorch(shape, maps);
  const values = new Float32Array(places.length);
  for (let i = 0; i < places.length; i++) values[i] = data[places[i] as number] as number;
  return { shape, data: values };
}

/** The inverse of `fromTorch`. */
export function toTorch({ shape, data }: NdArray, maps?: Maps): NdArray {
  const places = placesInTorch(shape, maps);
  const values = new Float32Array(places.length);
  for (let i = 0; i < places.length; i++) values[places[i] as number] = data[i] as number;
  return { shape: torchShape(shape), data: values };
}
