import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

const scan = { cumsum: tf.cumsum, cumprod: tf.cumprod };

const ways = [true, false].flatMap((exclusive) => [true, false].map((reverse) => ({ exclusive, reverse })));

export const scanCases: readonly OpCase[] = (['cumsum', 'cumprod'] as const).flatMap((name) => [
  ...ways.flatMap(({ exclusive, reverse }) =>
    // The plain backend of TF.js knows no axis counted from the end here.
    [0, 1, 2].map(
      (axis): OpCase => ({
        name: `${name} along axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', from the end' : ''}`,
        shapes: [[3, 5, 4]],
        range: [0.5, 1.5],
        // TF.js has no gradient of a cumulative product.
        differentiable: name === 'cumsum',
        fn: (x) => scan[name](name === 'cumsum' ? x.square() : x, axis, exclusive, reverse),
      }),
    ),
  ),
  ...(['int32', 'bool'] as const).map(
    (type): OpCase => ({
      name: `${name} of ${type}`,
      shapes: [[2, 6]],
      dtypes: [type],
      range: [-3, 4],
      differentiable: false,
      fn: (x) => scan[name](x, 1),
    }),
  ),
  { name: `${name} of one element`, shapes: [[2, 1]], differentiable: name === 'cumsum', fn: (x) => scan[name](x, 1) },
]);
