import type * as tf from '@tensorflow/tfjs';
import { type ConvNorm, convNormBackbone, convNormShapes } from '../../embedding/backbones/conv-norm.ts';
import { linear, linearShapes } from '../../embedding/backbones/layers.ts';
import type { Backbone } from '../../embedding/types.ts';
import { createLoader } from '../../trainer/loading/index.ts';
import type { RunLog } from '../../trainer/monitor/log.ts';
import type { StageSetting } from '../../trainer/run-stage.ts';
import type { LabelledImages } from '../../trainer/types.ts';

const LAYER: ConvNorm = { name: 'layer', size: 3, from: 3, to: 4, stride: 2 };

/** A network with batch normalisation that takes microseconds: 8 x 8 pixels to 6 dimensions. */
export const tiny: Backbone = convNormBackbone({
  name: 'tiny',
  size: 8,
  channels: 3,
  dimension: 6,
  parameters: { ...convNormShapes(LAYER), ...linearShapes('head', 64, 6) },
  embed: (weights, images, apply) => linear(weights, 'head', apply(LAYER, images).relu().reshape([-1, 64])),
});

const SECOND: ConvNorm = { name: 'second', size: 1, from: 4, to: 4, stride: 1 };

/** The same one layer deeper: a rectifier on another dies of a huge rate. */
export const fragile: Backbone = convNormBackbone({
  ...tiny,
  name: 'fragile',
  parameters: { ...convNormShapes(LAYER), ...convNormShapes(SECOND), ...linearShapes('head', 64, 6) },
  embed(weights, images, apply) {
    const maps = apply(SECOND, apply(LAYER, images).relu()).relu<tf.Tensor4D>();
    return linear(weights, 'head', maps.reshape([-1, 64]));
  },
});

/** A log that is kept in memory. */
export function memoryLog(): RunLog & { readonly lines: RunLog['lines'][number][] } {
  const lines: RunLog['lines'][number][] = [];
  return { lines, bytes: 0, append: (line) => void lines.push(line) };
}

/** The setting of a stage on a set in memory, without threads. */
export function stageSetting(images: LabelledImages, folder: string, more: Partial<StageSetting> = {}): StageSetting {
  const { size, channels } = images;
  return {
    folder,
    labels: images.labels,
    source: createLoader(images, { size, channels, augmentation: 'pose', threads: 0 }),
    pairs: 8,
    seed: 3,
    log: memoryLog(),
    logEvery: 10,
    checkpointSeconds: 60,
    watch: { margins: [0.2] },
    onBatch: () => {},
    signal: new AbortController().signal,
    ...more,
  };
}
