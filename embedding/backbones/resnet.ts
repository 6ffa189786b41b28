import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights } from '../types.ts';
import { type Apply, type ConvNorm, convNormBackbone, convNormShapes } from './conv-norm.ts';
import { standardise } from './imagenet.ts';
import { linear, linearShapes, type Shapes } from './layers.ts';

const DIMENSION = 512;
const STEM: ConvNorm = { name: 'stem', size: 7, from: 3, to: 64, stride: 2 };
const WIDTHS = [64, 128, 256, 512];

interface Block {
  readonly layers: readonly ConvNorm[];
  /** Takes the place of the identity where the shape changes. */
  readonly shortcut: ConvNorm | undefined;
}

/** The convolutions of a block and their channels: what the two families of networks differ in. */
type Design = (from: number, width: number, stride: number) => readonly Omit<ConvNorm, 'name'>[];

const basic: Design = (from, width, stride) => [
  { size: 3, from, to: width, stride },
  { size: 3, from: width, to: width, stride: 1 },
];

/** The stride lies on the 3x3 convolution, as in torchvision, not on the first as in the paper. */
const bottleneck: Design = (from, width, stride) => [
  { size: 1, from, to: width, stride: 1 },
  { size: 3, from: width, to: width, stride },
  { size: 1, from: width, to: 4 * width, stride: 1 },
];

const PLACES = ['first', 'second', 'third'];

function blocksOf(design: Design, counts: readonly number[]): Block[] {
  let from = STEM.to;
  return counts.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      const prefix = `stage${stage + 1}.block${i + 1}`;
      const convolutions = design(from, WIDTHS[stage] as number, stride);
      const layers = convolutions.map((layer, at) => ({ ...layer, name: `${prefix}.${PLACES[at]}` }));
      const to = convolutions.at(-1)?.to as number;
      const same = from === to && stride === 1;
      const shortcut = same ? undefined : { name: `${prefix}.shortcut`, size: 1, from, to, stride };
      from = to;
      return { layers, shortcut };
    }),
  );
}

function run({ layers, shortcut }: Block, apply: Apply, x: tf.Tensor4D): tf.Tensor4D {
  const inner = layers.reduce((y, layer, at) => apply(layer, at === 0 ? y : tf.relu(y)), x);
  const skipped = shortcut === undefined ? x : apply(shortcut, x);
  return tf.relu(inner.add<tf.Tensor4D>(skipped));
}

/**
 * A residual network (He et al., 2016) with torchvision's arrangement and one linear layer on its pooled features.
 * Pixels are standardised inside. Any size works; 224 is that of the pretrained weights.
 */
function resnet(name: string, size: number, design: Design, counts: readonly number[]): Backbone {
  const blocks = blocksOf(design, counts);
  const features = blocks.at(-1)?.layers.at(-1)?.to as number;
  const layers = blocks.flatMap((block) => [
    ...block.layers,
    ...(block.shortcut === undefined ? [] : [block.shortcut]),
  ]);
  const parameters: Shapes = Object.assign(
    {},
    ...[STEM, ...layers].map(convNormShapes),
    linearShapes('head', features, DIMENSION),
  );
  const embed = (weights: TensorWeights, images: tf.Tensor4D, apply: Apply): tf.Tensor2D => {
    const stem = tf.maxPool(tf.relu(apply(STEM, standardise(images))), 3, 2, 1);
    const maps = blocks.reduce((x, block) => run(block, apply, x), stem);
    return linear(weights, 'head', maps.mean([1, 2]));
  };
  return convNormBackbone({ name, size, channels: 3, dimension: DIMENSION, parameters, embed });
}

/** ResNet-18: two basic blocks per stage. 11,439,168 parameters. @param size side of the input. */
export function resnet18(size = 224): Backbone {
  return resnet('resnet18', size, basic, [2, 2, 2, 2]);
}

/** ResNet-50: three, four, six and three bottlenecks. 24,557,120 parameters. @param size side of the input. */
export function resnet50(size = 224): Backbone {
  return resnet('resnet50', size, bottleneck, [3, 4, 6, 3]);
}
