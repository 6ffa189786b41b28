import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { batchNorm, batchStatistics } from '../../embedding/backbones/batch-norm.ts';
import { type ConvNorm, convNormShapes, frozen, live } from '../../embedding/backbones/conv-norm.ts';
import { standardise } from '../../embedding/backbones/imagenet.ts';
import { backbones, findBackbone } from '../../embedding/backbones/index.ts';
import { flatten } from '../../embedding/backbones/layers.ts';
import { mnasnet } from '../../embedding/backbones/mnasnet.ts';
import type { Backbone, Weights } from '../../embedding/types.ts';
import { sizeOf } from '../../engine/arrays.ts';
import { randomArray } from '../engine/agreement.ts';
import { tableWeights } from './support/pytorch.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.engine().startScope();
});
afterAll(() => tf.engine().endScope());

const tensorsOf = (weights: Weights): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]));

function trainable({ parameters, buffers = [] }: Backbone): number {
  return Object.entries(parameters).reduce(
    (sum, [name, shape]) => sum + (buffers.includes(name) ? 0 : sizeOf(shape)),
    0,
  );
}

describe('the backbones', () => {
  it.each([
    ['c2f2', 3_789_184, 28, 1, 512],
    ['lenet', 490_198, 28, 1, 128],
    ['resnet18', 11_439_168, 224, 3, 512],
    ['resnet50', 24_557_120, 224, 3, 512],
    ['mnasnet', 3_758_184, 224, 3, 512],
    ['compact', 569_632, 32, 3, 128],
  ])('%s has %d trained parameters and its sizes', (name, count, size, channels, dimension) => {
    const backbone = findBackbone(name);
    expect(trainable(backbone)).toBe(count);
    expect(backbone).toMatchObject({ name, size, channels, dimension });
    for (const buffer of backbone.buffers ?? []) expect(Object.keys(backbone.parameters)).toContain(buffer);
  });

  it('are listed under their names', () => {
    for (const [name, backbone] of Object.entries(backbones)) expect(backbone.name).toBe(name);
    expect(() => findBackbone('constructor')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });

  it.each([
    [findBackbone('c2f2'), 28],
    [findBackbone('lenet'), 28],
    [mnasnet(40), 40],
  ])('$name embeds two pictures, each as if it were alone', (backbone, size) => {
    const { parameters, channels, dimension } = backbone;
    const [first, second] = tf.tidy(() => {
      const weights = tensorsOf(tableWeights(parameters, 3));
      const { data } = randomArray([2, size, size, channels], backbone.name, [0, 1]);
      const images = tf.tensor4d(data, [2, size, size, channels]);
      const both = backbone.forward(weights, images);
      expect(both.shape).toEqual([2, dimension]);
      const alone = backbone.forward(weights, images.slice(1, 1));
      return [both.slice(1, 1).dataSync(), alone.dataSync()];
    });
    expect(first).toEqual(second);
  });

  it.each([findBackbone('lenet'), mnasnet()])('$name has fresh weights that follow from the generator', (backbone) => {
    const weights = backbone.init(createRandom('weights'));
    expect(Object.entries(weights).map(([name, { shape }]) => [name, shape])).toEqual(
      Object.entries(backbone.parameters),
    );
    const [name = ''] = Object.keys(weights);
    expect(backbone.init(createRandom('weights'))[name]).toEqual(weights[name]);
    expect(backbone.init(createRandom('others'))[name]?.data).not.toEqual(weights[name]?.data);
  });

  it('begin as training with PyTorch does', () => {
    const weights = mnasnet().init(createRandom('weights'));
    const squares = (name: string): number[] => Array.from(weights[name]?.data ?? [], (value) => value * value);
    const meanSquare = (name: string): number => {
      const values = squares(name);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(meanSquare('stack4.block1.project.kernel') / (2 / 480)).toBeCloseTo(1, 1);
    expect(meanSquare('stack4.block1.depthwise.kernel') / (2 / 9)).toBeCloseTo(1, 1);
    const only = (name: string): number[] => [...new Set(weights[name]?.data)];
    expect(['scale', 'shift', 'mean', 'variance'].map((kind) => only(`stem.${kind}`))).toEqual([[1], [0], [0], [1]]);
    for (const name of ['head.kernel', 'head.bias']) {
      const largest = squares(name).reduce((most, value) => Math.max(most, value), 0);
      expect(largest * 1280).toBeLessThanOrEqual(1);
      expect(largest * 1280).toBeGreaterThan(0.98);
    }
  });
});

describe('the parts of the backbones', () => {
  it('flatten with the channels fastest', () => {
    const x = tf.range(0, 12).reshape([1, 2, 3, 2]) as tf.Tensor4D;
    expect(flatten(x).arraySync()[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // (y, x, c) = (1, 0, 1) is at (1 * 3 + 0) * 2 + 1.
    expect(x.arraySync()[0]?.[1]?.[0]?.[1]).toBe(7);
  });

  it('standardise with the means of ImageNet', () => {
    const mean = standardise(tf.tensor4d([0.485, 0.456, 0.406], [1, 1, 1, 3]));
    expect(Math.max(...mean.abs().dataSync())).toBeLessThan(1e-6);
    const white = standardise(tf.ones([1, 1, 1, 3])).dataSync();
    [2.2489083, 2.4285714, 2.64].forEach((value, i) => {
      expect(white[i]).toBeCloseTo(value, 5);
    });
  });

  const layers: ConvNorm[] = [
    { name: 'plain', size: 3, from: 4, to: 6, stride: 2 },
    { name: 'wide', size: 5, from: 4, to: 4, stride: 1, depthwise: true },
  ];
  it.each(layers)('$name: frozen batch normalisation is convolution, then the formula', (layer) => {
    const weights = tensorsOf(tableWeights(convNormShapes(layer), 3));
    const x = tf.tensor4d(randomArray([2, 7, 7, 4], layer.name).data, [2, 7, 7, 4]);
    const part = (kind: string): tf.Tensor => weights[`${layer.name}.${kind}`] as tf.Tensor;
    const kernel = part('kernel') as tf.Tensor4D;
    const padded = x.pad(
      layer.size === 3
        ? [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ]
        : [
            [0, 0],
            [2, 2],
            [2, 2],
            [0, 0],
          ],
    );
    const y = layer.depthwise
      ? tf.depthwiseConv2d(padded as tf.Tensor4D, kernel, layer.stride, 'valid')
      : tf.conv2d(padded as tf.Tensor4D, kernel, layer.stride, 'valid');
    const deviation = part('variance').add(1e-5).sqrt();
    const expected = y.sub(part('mean')).div(deviation).mul(part('scale')).add(part('shift'));
    const actual = frozen(weights)(layer, x);
    expect(actual.shape).toEqual(expected.shape);
    expect(actual.sub(expected).abs().max().dataSync()[0]).toBeLessThan(1e-5);
  });

  it.each(layers)('$name: live batch normalisation is the frozen one with the statistics of the batch', (layer) => {
    const weights = tensorsOf(tableWeights(convNormShapes(layer), 3));
    const x = tf.tensor4d(randomArray([2, 7, 7, 4], layer.name).data, [2, 7, 7, 4]);
    const statistics: Record<string, tf.Tensor> = {};
    const actual = live(weights, statistics)(layer, x);
    const values = sizeOf(actual.shape) / layer.to;
    // The batch is normalised with the biased variance; the running one follows the unbiased.
    const biased = statistics[`${layer.name}.variance`]?.mul((values - 1) / values) as tf.Tensor;
    const given = { ...weights, ...statistics, [`${layer.name}.variance`]: biased };
    expect(actual.sub(frozen(given)(layer, x)).abs().max().dataSync()[0]).toBeLessThan(1e-5);
  });
});

describe('batch normalisation with the statistics of the batch', () => {
  const [N, H, W, C] = [2, 3, 2, 3] as const;
  const rows = N * H * W;
  const x = [...randomArray([N, H, W, C], 'batch norm', [-1, 3]).data];
  const scale = [0.7, -1.2, 1.5];
  const shift = [0.3, 0, -0.4];
  const upstream = [...randomArray([N, H, W, C], 'upstream').data];

  interface Given {
    readonly values: readonly number[];
    readonly gain: readonly number[];
    readonly offset: readonly number[];
  }
  const given: Given = { values: x, gain: scale, offset: shift };

  /** Word by word from the definition, in double precision. */
  function defined({ values, gain, offset }: Given) {
    const moments = gain.map((_, c) => {
      const channel = values.filter((_, i) => i % C === c);
      const mean = channel.reduce((sum, value) => sum + value, 0) / rows;
      return { mean, variance: channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows };
    });
    const output = values.map((value, i) => {
      const { mean, variance } = moments[i % C] as (typeof moments)[number];
      return ((value - mean) / Math.sqrt(variance + 1e-5)) * (gain[i % C] as number) + (offset[i % C] as number);
    });
    return { moments, output };
  }
  const lossOf = (inputs: Given): number =>
    defined(inputs).output.reduce((sum, value, i) => sum + value * (upstream[i] as number), 0);

  /** Central differences of the loss in the numbers of one argument. */
  function differences(name: keyof Given): number[] {
    const h = 1e-5;
    return given[name].map((_, i) => {
      const moved = (by: number): number =>
        lossOf({ ...given, [name]: given[name].map((value, k) => (k === i ? value + by : value)) });
      return (moved(h) - moved(-h)) / (2 * h);
    });
  }
  const close = (actual: ArrayLike<number>, expected: readonly number[]): void => {
    expect(actual.length).toBe(expected.length);
    expected.forEach((value, i) => {
      expect(actual[i]).toBeCloseTo(value, 4);
    });
  };
  const image = (): tf.Tensor4D => tf.tensor4d(x, [N, H, W, C]);

  it('is the definition', () => {
    const { output, moments } = defined(given);
    close(batchNorm(image(), tf.tensor1d(scale), tf.tensor1d(shift)).dataSync(), output);
    const { mean, variance } = batchStatistics(image());
    close(
      mean.dataSync(),
      moments.map((m) => m.mean),
    );
    close(
      variance.dataSync(),
      moments.map((m) => (m.variance * rows) / (rows - 1)),
    );
  });

  it('has the gradient of central differences with respect to input, scale and shift', () => {
    const loss = (...[input, gain, offset]: tf.Tensor[]): tf.Tensor =>
      batchNorm(input as tf.Tensor4D, gain as tf.Tensor, offset as tf.Tensor)
        .mul(tf.tensor4d(upstream, [N, H, W, C]))
        .sum();
    const gradients = tf.grads(loss)([image(), tf.tensor1d(scale), tf.tensor1d(shift)]);
    (['values', 'gain', 'offset'] as const).forEach((name, i) => {
      close(gradients[i]?.dataSync() ?? [], differences(name));
    });
  });

  it('refuses statistics of a single value', () => {
    expect(() => batchStatistics(tf.ones([1, 1, 1, 4]))).toThrow(RangeError);
  });
});
