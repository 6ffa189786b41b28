import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { trace } from '../../engine/tracing/trace.ts';
import { expectAgreement, type OpCase } from './agreement.ts';

const convolved = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');

/** Images, a filter, a bias, a number for each image and channel. */
const shapesOf = (count: number, channels: number): readonly (readonly number[])[] => [
  [count, 5, 7, channels],
  [3, 3, channels, channels],
  [channels],
  [count, 1, 1, channels],
];

type Chain = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor, each: tf.Tensor) => tf.Tensor | tf.Tensor[];

/** Chains after a convolution, and how many operators on blocked images they end as. */
const chains: readonly (readonly [name: string, chain: Chain, operators: number])[] = [
  ['a bias, a sum and a ReLU', (x, w, b) => convolved(x, w).add(b).add(x).relu(), 1],
  ['a sum, then a ReLU twice', (x, w) => x.add(convolved(x, w)).relu().relu(), 1],
  ['a bias twice', (x, w, b) => convolved(x, w).add(b).add(b), 2],
  ['a sum twice', (x, w) => convolved(x, w).add(x).add(x), 1],
  ['a bias behind a ReLU', (x, w, b) => convolved(x, w).relu().add(b), 2],
  ['a number for each image and channel', (x, w, b, each) => convolved(x, w).add(each).relu().mul(b), 3],
  ['scale and shift', (x, w, b, each) => convolved(x, w).mul(each).add(b).add(x).relu(), 2],
  ['scale and shift for each', (x, w, b, each) => convolved(x, w).mul(each).add(each).relu().mul(b), 3],
  [
    'a convolution with itself',
    (x, w) => {
      const y = convolved(x, w);
      return y.add(y).relu();
    },
    1,
  ],
  ['two convolutions', (x, w, b) => convolved(x, w).add(convolved(x.exp(), w)).add(b).relu(), 3],
  [
    'an image that is computed later',
    (x, w) => {
      const y = convolved(x, w);
      const later = convolved(x.neg(), w).relu().exp();
      return [y.add(later), later];
    },
    2,
  ],
  [
    'a convolution that is used twice',
    (x, w, b) => {
      const y = convolved(x, w);
      return [y.add(b).relu(), y.relu()];
    },
    2,
  ],
  [
    'a ReLU that is used twice',
    (x, w, b) => {
      const y = convolved(x, w).add(b).relu();
      return [convolved(y, w).add(y), y.sum()];
    },
    2,
  ],
  [
    'one block after the other',
    (x, w, b) => {
      let y = x;
      for (let i = 0; i < 3; i++) y = convolved(y.mul(0.1), w).add(y).add(b).relu();
      return y;
    },
    6,
  ],
];

const result =
  (chain: Chain): OpCase['fn'] =>
  (...inputs) => {
    const parts = chain(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]));
    return Array.isArray(parts) ? tf.concat(parts.map((part) => part.flatten())) : parts;
  };

describe('what follows a convolution of blocked images', () => {
  const cases = chains.flatMap(([name, chain]) =>
    [
      [1, 8],
      [2, 16],
    ].map(
      ([count, channels]): OpCase => ({
        name: `${name}, ${count} images of ${channels} channels`,
        shapes: shapesOf(count as number, channels as number).slice(0, chain.length),
        fn: result(chain),
      }),
    ),
  );
  it.each(cases)('gives what eager TF.js gives: $name', (test) => expectAgreement(test, 5e-5));

  it.each(chains)('is done by it where nothing else needs what is in between: %s', (_, chain, operators) => {
    const [x, w, b, each] = shapesOf(2, 8);
    const fn = (inputs: unknown) => {
      const { x, w, b, each } = inputs as Record<'x' | 'w' | 'b' | 'each', tf.Tensor>;
      return { y: result(chain)(x, w, b, each) };
    };
    const { graph } = trace(
      fn,
      { x: x as number[], w: w as number[], b: b as number[], each: each as number[] },
      'chain',
      { block: 8 },
    );
    expect(graph.nodes.filter(({ op }) => op === 'Conv')).toHaveLength(operators);
  });
});
