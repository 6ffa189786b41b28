import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights } from '../types.ts';
import { type Apply, type ConvNorm, convNormBackbone, convNormShapes } from './conv-norm.ts';
import { standardise } from './imagenet.ts';
import { linear, linearShapes, type Shapes } from './layers.ts';

const DIMENSION = 512;
const FEATURES = 1280;

/** Output channels, side of the depthwise kernel, stride of the first block, expansion, number of blocks. */
const STACKS = [
  { to: 24, size: 3, stride: 2, expand: 3, count: 3 },
  { to: 40, size: 5, stride: 2, expand: 3, count: 3 },
  { to: 80, size: 5, stride: 2, expand: 6, count: 3 },
  { to: 96, size: 3, stride: 1, expand: 6, count: 2 },
  { to: 192, size: 5, stride: 2, expand: 6, count: 4 },
  { to: 320, size: 3, stride: 1, expand: 6, count: 1 },
];

/** Layers one after the other, with a ReLU after each; in a block the last has none. */
interface Block {
  readonly layers: readonly ConvNorm[];
  readonly residual: boolean;
}

const STEM: ConvNorm = { name: 'stem', size: 3, from: 3, to: 32, stride: 2 };
const LAST: ConvNorm = { name: 'last', size: 1, from: 320, to: FEATURES, stride: 1 };

function depthwise(name: string, size: number, channels: number, stride: number): ConvNorm {
  return { name: `${name}.depthwise`, size, from: channels, to: channels, stride, depthwise: true };
}

function pointwise(name: string, from: number, to: number): ConvNorm {
  return { name, size: 1, from, to, stride: 1 };
}

function invertedResidual(
  name: string,
  from: number,
  to: number,
  { size, stride, expand }: { readonly size: number; readonly stride: number; readonly expand: number },
): Block {
  const inner = from * expand;
  const layers = [
    pointwise(`${name}.expand`, from, inner),
    depthwise(name, size, inner, stride),
    pointwise(`${name}.project`, inner, to),
  ];
  return { layers, residual: from === to && stride === 1 };
}

/** Of torchvision's MNASNet: its running statistics hardly move. */
const MOMENTUM = 3e-4;

const SEPARABLE: Block = {
  layers: [depthwise('separable', 3, STEM.to, 1), pointwise('separable.project', STEM.to, 16)],
  residual: false,
};

const BLOCKS: readonly Block[] = [
  SEPARABLE,
  ...STACKS.flatMap(({ to, size, stride, expand, count }, stack) =>
    Array.from({ length: count }, (_, i) => {
      const from = i > 0 ? to : (STACKS[stack - 1]?.to ?? 16);
      const name = `stack${stack + 1}.block${i + 1}`;
      return invertedResidual(name, from, to, { size, stride: i > 0 ? 1 : stride, expand });
    }),
  ),
];

const parameters: Shapes = Object.assign(
  {},
  ...[STEM, ...BLOCKS.flatMap(({ layers }) => layers), LAST].map(convNormShapes),
  linearShapes('head', FEATURES, DIMENSION),
);

function run({ layers, residual }: Block, apply: Apply, x: tf.Tensor4D): tf.Tensor4D {
  const inner = layers.reduce((y, layer, at) => apply(layer, at === 0 ? y : tf.relu(y)), x);
  return residual ? inner.add(x) : inner;
}

function embed(weights: TensorWeights, images: tf.Tensor4D, apply: Apply): tf.Tensor2D {
  const stem = tf.relu(apply(STEM, standardise(images)));
  const maps = BLOCKS.reduce((x, block) => run(block, apply, x), stem);
  return linear(weights, 'head', tf.relu(apply(LAST, maps)).mean([1, 2]));
}

/**
 * MNASNet-1.0 (Tan et al., 2019) with torchvision's arrangement and one linear layer on its pooled features. Pixels are
 * standardised inside. 3,758,184 parameters. @param size side of the input; 224 is that of the pretrained weights.
 */
export function mnasnet(size = 224): Backbone {
  return convNormBackbone({
    name: 'mnasnet',
    size,
    channels: 3,
    dimension: DIMENSION,
    parameters,
    momentum: MOMENTUM,
    embed,
  });
}
