import * as tf from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { expectAgreement, type OpCase } from './agreement.ts';

type Images = tf.Tensor4D;

const convolved = (x: tf.Tensor, w: tf.Tensor, stride = 1): tf.Tensor =>
  tf.conv2d(x as Images, w as Images, stride, 'same');

/** All elements of several tensors, so that one case can look at many. */
const together = (...parts: tf.Tensor[]): tf.Tensor => tf.concat(parts.map((part) => part.toFloat().flatten()));

/** Channels that fill blocks of eight, of sixteen, or neither; batches that fill blocks and that do not. */
const sizes: readonly (readonly [count: number, channels: number])[] = [
  [1, 5],
  [2, 24],
  [8, 16],
];

/** A case for each of the sizes, of pictures of 5 x 7 pixels and a filter, and of whatever else there is. */
const forSizes = (
  name: string,
  fn: OpCase['fn'],
  more: (count: number, channels: number) => readonly (readonly number[])[] = () => [],
  differentiable = false,
): readonly OpCase[] =>
  sizes.map(([count, channels]) => ({
    name: `${name}, ${count} x 5 x 7 x ${channels}`,
    shapes: [[count, 5, 7, 3], [3, 3, 3, channels], ...more(count, channels)],
    fn,
    differentiable,
  }));

/** The shapes that images meet: themselves, and all that broadcast to them along one axis or more. */
const partners = (count: number, channels: number): readonly (readonly number[])[] => [
  [count, 5, 7, channels],
  [count, 5, 7, 1],
  [1, 5, 7, 1],
  [count, 1, 1, channels],
  [1, 5, 1, channels],
  [1, 1, 7, channels],
  [channels],
  [7, 1],
  [],
];

const cases: readonly OpCase[] = [
  // What comes back from a plain sum is one number for all elements, which has no place in memory yet.
  ...forSizes('gradients of a sum of convolutions', (x, w) =>
    together(...tf.grads((a, b) => convolved(a as tf.Tensor, b as tf.Tensor).sum())([x, w])),
  ),
  ...forSizes('gradients of a mean of convolutions with a stride', (x, w) =>
    together(...tf.grads((a, b) => convolved(a as tf.Tensor, b as tf.Tensor, 2).mean())([x, w])),
  ),
  ...forSizes('gradients of sums of windows', (x, w) => {
    const y = convolved(x, w);
    const each = tf.ones([3, 3, y.shape[3] as number, 1]);
    const sums = [
      (a: tf.Tensor) => tf.maxPool(a as Images, 2, 2, 'same'),
      (a: tf.Tensor) => tf.maxPool(a as Images, 3, 2, 'valid'),
      (a: tf.Tensor) => tf.avgPool(a as Images, 3, 2, 'valid'),
      (a: tf.Tensor) => tf.depthwiseConv2d(a as Images, each as Images, 1, 'same'),
    ];
    const filter = tf.grad((f: tf.Tensor) => tf.depthwiseConv2d(y as Images, f as Images, 2, 'same').sum())(each);
    return together(filter, ...sums.map((fn) => tf.grad((a: tf.Tensor) => fn(a).sum())(y)));
  }),
  ...forSizes('windows of equal elements', (x, w) => {
    const ones = tf.ones([x.shape[0] as number, 4, 4, 3]);
    return together(convolved(ones, w), tf.maxPool(ones as Images, 2, 2, 'same'));
  }),
  ...forSizes(
    'arithmetic with what is broadcast',
    (x, w, ...others) => {
      const y = convolved(x, w);
      return together(
        ...others.flatMap((other) => {
          const positive = other.abs().add(0.5);
          return [
            y.add(other),
            other.sub(y),
            y.sub(other),
            y.mul(other),
            y.div(positive),
            positive.div(y.square().add(1)),
          ];
        }),
        ...others.map((other) => tf.where(y.greater(other), y, other.broadcastTo(y.shape))),
      );
    },
    partners,
    true,
  ),
  ...forSizes(
    'integers and bools',
    (x, w, f, m) => {
      const y = convolved(x, w).mul(5);
      const [whole, above, below] = [y.toInt(), y.greater(f as tf.Tensor), y.lessEqual(m as tf.Tensor)];
      return together(
        whole.add(whole),
        whole.mul(whole).sum([1, 2]),
        whole.mean([1, 2]),
        whole.mul((m as tf.Tensor).mul(3).toInt()),
        above.logicalAnd(below),
        above.any([1, 2]),
        above.all(3),
        above.toFloat().mul(y),
        above.toInt().transpose([0, 3, 1, 2]),
        tf.where(above, y, f as tf.Tensor),
        tf.where(below, whole, whole.neg()),
      );
    },
    (count, channels) => partners(count, channels).slice(0, 2),
  ),
  ...forSizes(
    'sums and means of products over space',
    (x, w, f, m, e) => {
      const y = convolved(x, w);
      const product = y.mul(f as tf.Tensor);
      const square = y.square();
      return together(
        product,
        product.sum([1, 2]),
        product.mean([1, 2], true),
        product.sum([1, 2, 3]),
        product.sum(1),
        product.max([1, 2]),
        square.sum([1, 2], true),
        square.mean([1, 2]),
        y.mul(m as tf.Tensor).sum([1, 2]),
        y.mul(e as tf.Tensor).sum([1, 2]),
      );
    },
    (count, channels) =>
      [partners(count, channels)[0], partners(count, channels)[1], [count, 1, 1, channels]] as number[][],
    true,
  ),
  ...forSizes(
    'reductions of what is broadcast',
    (x, w) => {
      const y = convolved(x, w);
      const [mean, rows, channels] = [y.mean([1, 2], true), y.sum(1, true), y.sum(3, true)].map((part) =>
        part.broadcastTo(y.shape),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor];
      return together(
        mean.sum([1, 2]),
        mean.mul(mean).sum([1, 2]),
        rows.mean([1, 2]),
        rows.mul(rows).sum([1, 2]),
        rows.mul(y).sum([1, 2]),
        channels.sum([1, 2]),
        channels.sum(3),
        channels.mul(y).mean([1, 2], true),
        rows.add(channels).sum([1, 2]),
      );
    },
    undefined,
    true,
  ),
  ...forSizes('slices, joins and moves', (x, w) => {
    const y = convolved(x, w);
    const largest = y.max(3, true);
    const [grey, bright] = [largest.tile([1, 1, 1, 3]), largest.exp().tile([1, 1, 1, 3])];
    return together(
      y.slice([0, 1, 0, 0], [-1, 2, -1, -1]),
      y.slice([0, 0, 2, 0], [-1, -1, 3, -1]),
      y.slice([0, 0, 0, 3], [-1, -1, -1, 2]),
      ...[0, 1, 2, 3].map((axis) => tf.concat([y, y.exp()], axis)),
      ...[0, 1, 2, 3].map((axis) => tf.concat([grey, bright], axis)),
      tf.concat([y, x, grey, largest], 3),
      grey.slice([0, 1, 0, 1], [-1, 2, -1, 2]),
      grey.mul(x),
      convolved(grey, w),
      tf.pad(y, [
        [0, 1],
        [1, 0],
        [2, 1],
        [0, 3],
      ]),
      y.transpose([0, 3, 1, 2]),
      y.transpose([3, 2, 1, 0]),
      y.reshape([-1, y.shape[3] as number]),
      y.reshape([y.shape[0] as number, 35, 1, -1]),
      tf.reverse(y, 3),
      y.gather([0, 2], 3),
      y.tile([1, 2, 1, 2]),
      tf.stack(tf.unstack(y, 3), 0),
    );
  }),
];

describe('the layouts of images', () => {
  it.each(cases)('are kept straight in $name', (test) => expectAgreement(test, 5e-5));
});
