import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiled, expectAgreement, functionOf, type OpCase } from './agreement.ts';

interface Conv {
  readonly size: readonly [number, number];
  readonly filter: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly stride: number;
  readonly pad: 'same' | 'valid' | number;
  readonly dilation: number;
}

const caseOf = ({ size, filter, channels, stride, pad, dilation }: Conv): OpCase => ({
  name: `conv ${size} ${filter} ${channels} stride ${stride} ${pad} dilation ${dilation}`,
  shapes: [
    [2, ...size, channels[0]],
    [...filter, ...channels],
  ],
  // TF.js has no gradient of a dilated convolution.
  differentiable: dilation === 1,
  fn: (x, w) => tf.conv2d(x.square() as tf.Tensor4D, w as tf.Tensor4D, stride, pad, 'NHWC', dilation),
});

const named: Conv[] = [
  { size: [8, 8], filter: [3, 3], channels: [3, 4], stride: 1, pad: 'same', dilation: 1 },
  { size: [8, 8], filter: [3, 3], channels: [3, 4], stride: 2, pad: 'same', dilation: 1 },
  { size: [7, 9], filter: [3, 3], channels: [2, 3], stride: 2, pad: 'same', dilation: 1 },
  { size: [8, 8], filter: [1, 1], channels: [4, 8], stride: 2, pad: 'same', dilation: 1 },
  { size: [8, 8], filter: [5, 3], channels: [1, 2], stride: 1, pad: 'valid', dilation: 1 },
  { size: [9, 8], filter: [3, 2], channels: [2, 2], stride: 3, pad: 'valid', dilation: 1 },
  { size: [14, 14], filter: [7, 7], channels: [3, 2], stride: 2, pad: 3, dilation: 1 },
  { size: [9, 9], filter: [3, 3], channels: [2, 3], stride: 1, pad: 'same', dilation: 2 },
  { size: [6, 6], filter: [3, 3], channels: [32, 4], stride: 1, pad: 'same', dilation: 1 },
  { size: [6, 6], filter: [3, 3], channels: [32, 33], stride: 2, pad: 'same', dilation: 1 },
  // Large enough for the gradient of the filter to be taken in bands of rows, at the last with rows that no window meets.
  { size: [40, 40], filter: [3, 3], channels: [3, 16], stride: 1, pad: 'same', dilation: 1 },
  { size: [64, 62], filter: [5, 3], channels: [2, 16], stride: 2, pad: 'valid', dilation: 1 },
];

describe('the lowering of convolution', () => {
  it.each(named.map(caseOf))('agrees with eager TF.js in value and both gradients: $name', async (test) => {
    await expectAgreement(test, 5e-5);
  });

  it('agrees for any sizes, strides and paddings', async () => {
    const size = fc.integer({ min: 5, max: 11 });
    const filter = fc.integer({ min: 1, max: 5 });
    // Channels that fill blocks of eight or sixteen, that leave part of one empty, and that do neither.
    const channels = fc.constantFrom(1, 3, 5, 8, 16, 20, 32);
    const conv: fc.Arbitrary<Conv> = fc.record({
      size: fc.tuple(size, size),
      filter: fc.tuple(filter, filter),
      channels: fc.tuple(channels, channels),
      stride: fc.integer({ min: 1, max: 3 }),
      pad: fc.constantFrom<Conv['pad']>('same', 'valid', 0, 1, 2),
      dilation: fc.constant(1),
    });
    // TF.js takes every filter for square where the padding is one number.
    const square = ({ filter: [height, width], pad, ...rest }: Conv): Conv => ({
      ...rest,
      pad,
      filter: typeof pad === 'number' ? [height, height] : [height, width],
    });
    await fc.assert(
      fc.asyncProperty(conv, (drawn) => expectAgreement(caseOf(square(drawn)), 5e-5)),
      { numRuns: 80, seed: 11 },
    );
  });

  it.each<OpCase>([
    {
      name: 'a chain of convolutions, sums and ReLUs',
      shapes: [[2, 6, 6, 3], [3, 3, 3, 4], [3, 3, 4, 4], [4]],
      fn: (x, w1, w2, b) => {
        const y = tf
          .conv2d(x as tf.Tensor4D, w1 as tf.Tensor4D, 1, 'same')
          .add(b)
          .relu();
        return tf
          .conv2d(y as tf.Tensor4D, w2 as tf.Tensor4D, 1, 'same')
          .add(y)
          .relu()
          .mean([1, 2]);
      },
    },
    {
      name: 'an operand that lies channels-last',
      shapes: [
        [2, 4, 4, 3],
        [3, 3, 3, 3],
        [2, 4, 4, 3],
      ],
      fn: (x, w, y) =>
        tf
          .conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')
          .mul(y)
          .add(y.slice([0, 0, 0, 0], [1, 4, 4, 3])),
    },
    {
      name: 'operands of lower rank',
      shapes: [
        [2, 4, 4, 3],
        [3, 3, 3, 3],
        [4, 3],
        [4, 1],
      ],
      fn: (x, w, y, z) =>
        tf
          .conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')
          .mul(y)
          .add(z),
    },
    {
      name: 'flattened features',
      shapes: [
        [2, 4, 4, 3],
        [3, 3, 3, 2],
      ],
      fn: (x, w) =>
        tf
          .conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')
          .reshape([2, 8])
          .square(),
    },
    {
      name: 'reductions over each axis of an image',
      shapes: [
        [2, 4, 5, 3],
        [1, 1, 3, 2],
      ],
      fn: (x, w) => {
        const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
        return tf.concat([y.sum(0), y.mean(1), y.max(2), y.sum(3), y.sum([0, 1, 2])].map((part) => part.flatten()));
      },
    },
    {
      name: 'slices and joins of images',
      shapes: [
        [2, 4, 4, 2],
        [1, 1, 2, 2],
      ],
      fn: (x, w) => {
        const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
        return tf.concat([y.slice([0, 1, 0, 0], [2, 2, 4, 1]), y.slice([0, 0, 0, 1], [2, 2, 4, 1])], 3);
      },
    },
  ])('keeps layouts straight in $name', async (test) => {
    await expectAgreement(test, 5e-5);
  });

  it('refuses what TF.js gets wrong: one number as the padding of a filter that is not square', async () => {
    const test = caseOf({ ...(named[0] as Conv), filter: [1, 2], pad: 2 });
    await expect(expectAgreement(test)).rejects.toThrow('give the padding of each side');
  });

  it('refuses a filter that is larger than the image', async () => {
    const test = caseOf({ ...(named[0] as Conv), size: [3, 3], filter: [4, 4], pad: 'valid' });
    // Eager kernels are not asked: each has an error of its own, or none.
    const specs = Object.fromEntries(test.shapes.map((shape, i) => [`x${i}`, shape]));
    await expect(compiled.compile(functionOf(test), specs)).rejects.toThrow('no place to stand');
  });

  it('counts the multiply-adds of a convolution and of its gradients', async () => {
    const conv = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
    const specs = { x: [2, 8, 8, 3], w: [3, 3, 3, 5] };
    const once = 2 * 8 * 8 * 3 * 3 * 3 * 5;
    const forward = await compiled.compile(({ x, w }: Record<'x' | 'w', tf.Tensor>) => ({ y: conv(x, w) }), specs);
    expect(forward.multiplyAdds).toBe(once);
    const both = await compiled.compile(({ x, w }: Record<'x' | 'w', tf.Tensor>) => {
      const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) => conv(a, b).square())([x, w]);
      return { dx: dx as tf.Tensor, dw: dw as tf.Tensor };
    }, specs);
    expect(both.multiplyAdds).toBe(3 * once);
  });
});
