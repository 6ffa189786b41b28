import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights, Weights } from '../../../embedding/types.ts';
import { ndarray, sizeOf } from '../../../engine/arrays.ts';
import type { NdArray } from '../../../engine/types.ts';
import { flat, golden, type Matrix, type Nested } from './golden.ts';

interface Model {
  readonly weights: Readonly<Record<string, Nested>>;
  readonly images_uint8: Matrix;
  readonly embeddings_raw: Matrix;
}

export const SIZE = 16;
const parameters = {
  'conv1.weight': [3, 3, 3, 4],
  'conv1.bias': [4],
  'conv2.weight': [3, 3, 4, 8],
  'conv2.bias': [8],
  'fc.weight': [16, 128],
  'fc.bias': [16],
} as const;

const model = golden<Model>('e2e_model');
export const referenceEmbeddings = model.embeddings_raw;

/** A kernel in PyTorch's order (out, in, height, width), with `inputs` input channels, in TF.js's (height, width, in, out). */
function toHwio(values: readonly number[], inputs: number, shape: readonly [number, number, number, number]): NdArray {
  const [height, width, channels, outputs] = shape;
  const data = new Float32Array(sizeOf(shape));
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          data[((y * width + x) * channels + i) * outputs + o] = values[
            ((o * inputs + i) * height + y) * width + x
          ] as number;
  return ndarray(data, shape);
}

/** The inverse of `toHwio` for a gradient or a trained kernel. */
function toOihw({ data }: NdArray, inputs: number, shape: readonly [number, number, number, number]): number[] {
  const [height, width, channels, outputs] = shape;
  const values: number[] = [];
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) values.push(data[((y * width + x) * channels + i) * outputs + o] as number);
  return values;
}

/** Parameters in the reference's layout as those of `smallNet`: its one channel is our first, the others weigh nothing. */
export function fromReference(weights: Readonly<Record<string, Nested>>): Weights {
  const values = (name: keyof typeof parameters): number[] => flat(weights[name] as Nested);
  const plain = (name: keyof typeof parameters): NdArray => ndarray(Float32Array.from(values(name)), parameters[name]);
  return {
    'conv1.weight': toHwio(values('conv1.weight'), 1, parameters['conv1.weight']),
    'conv1.bias': plain('conv1.bias'),
    'conv2.weight': toHwio(values('conv2.weight'), 4, parameters['conv2.weight']),
    'conv2.bias': plain('conv2.bias'),
    'fc.weight': plain('fc.weight'),
    'fc.bias': plain('fc.bias'),
  };
}

/** Parameters, or gradients of them, in the reference's layout and order. */
export function toReference(weights: Weights): Record<string, number[]> {
  const values = Object.entries(weights).map(([name, array]): [string, number[]] => {
    if (name === 'conv1.weight') return [name, toOihw(array, 1, parameters['conv1.weight'])];
    if (name === 'conv2.weight') return [name, toOihw(array, 4, parameters['conv2.weight'])];
    return [name, Array.from(array.data)];
  });
  return Object.fromEntries(values);
}

function weight<T extends tf.Tensor>(weights: TensorWeights, name: keyof typeof parameters): T {
  return weights[name] as T;
}

/** The reference's small network: two convolutions with pooling and a linear layer, 16 x 16 to 16. */
export const smallNet: Backbone = {
  name: 'small',
  size: SIZE,
  channels: 3,
  dimension: 16,
  parameters,
  init: () => fromReference(model.weights),
  forward(weights, images) {
    const block = (x: tf.Tensor4D, name: 'conv1' | 'conv2'): tf.Tensor4D =>
      tf
        .conv2d(x, weight<tf.Tensor4D>(weights, `${name}.weight`), 1, 'same')
        .add<tf.Tensor4D>(weight(weights, `${name}.bias`))
        .relu()
        .maxPool(2, 2, 'valid');
    const features = block(block(images, 'conv1'), 'conv2').transpose([0, 3, 1, 2]).reshape([images.shape[0], 128]);
    return tf
      .matMul(features, weight<tf.Tensor2D>(weights, 'fc.weight'), false, true)
      .add(weight(weights, 'fc.bias')) as tf.Tensor2D;
  },
};

/** Grey values, image after image, as pictures whose first channel is the reference's only one. */
export function toImages(grey: readonly number[]): NdArray {
  const data = new Float32Array(grey.length * 3);
  grey.forEach((value, i) => {
    data[i * 3] = value;
  });
  return ndarray(data, [grey.length / (SIZE * SIZE), SIZE, SIZE, 3]);
}

/** The first channel of pictures. */
export function toGrey({ data }: NdArray): number[] {
  return Array.from({ length: data.length / 3 }, (_, i) => data[i * 3] as number);
}

/** The reference's eight images: rows 2k and 2k + 1 are a pair. */
export const images: NdArray = toImages(model.images_uint8.flat().map((value) => Math.fround(value / 255)));
