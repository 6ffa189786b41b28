import * as tf from '@tensorflow/tfjs';
import type { OpCase } from '../agreement.ts';

const flags = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

/** A product over shapes [..., n, k] and [..., k, m], each perhaps given transposed. */
export function product(
  left: readonly number[],
  right: readonly number[],
  [a, b]: readonly [boolean, boolean],
): OpCase {
  const turned = (shape: readonly number[]): number[] => [...shape.slice(0, -2), ...shape.slice(-2).reverse()];
  const shapes = [a ? turned(left) : left, b ? turned(right) : right];
  return {
    name: `matMul [${shapes.join('] [')}]${a ? ' a^T' : ''}${b ? ' b^T' : ''}`,
    shapes,
    fn: (x, y) => tf.matMul(x, y, a, b),
  };
}

const attention: OpCase = {
  name: 'attention of two heads',
  shapes: [
    [2, 5, 8],
    [8, 24],
  ],
  fn: (x, w) => {
    const [q, k, v] = tf.split(tf.matMul(x, w.expandDims(0)).reshape([2, 5, 3, 2, 4]).transpose([2, 0, 3, 1, 4]), 3);
    const head = (part: tf.Tensor | undefined): tf.Tensor => (part as tf.Tensor).squeeze([0]);
    const weights = tf.matMul(head(q), head(k), false, true).div(2).softmax();
    return tf.matMul(weights, head(v)).transpose([0, 2, 1, 3]).reshape([2, 5, 8]);
  },
};

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

/** Fused only where no gradient is asked for: TF.js takes them apart on its tape. */
const fused: OpCase[] = activations.flatMap((activation) =>
  [true, false].map((biased) => ({
    name: `fused matMul${biased ? ' with a bias' : ''}, ${activation}`,
    shapes: [[3, 4], [4, 5], [5], [5]],
    fn: (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, slopes: tf.Tensor) => {
      const call = {
        a,
        b,
        activation,
        leakyreluAlpha: 0.3,
        ...(biased && { bias }),
        ...(activation === 'prelu' && { preluActivationWeights: slopes }),
      };
      // All inputs take part, so that each has a gradient.
      return tf.fused.matMul(call).add(bias).add(slopes);
    },
  })),
);

const einsums: OpCase[] = (
  [
    ['ij,jk->ik', [3, 4], [4, 2]],
    ['bij,bkj->bik', [2, 3, 4], [2, 5, 4]],
    ['ij,ij->', [3, 4], [3, 4]],
    ['i,j->ij', [3], [4]],
    ['bhid, bhjd -> bhij', [2, 2, 3, 4], [2, 2, 5, 4]],
  ] as const
).map(([equation, left, right]) => ({
  name: `einsum ${equation}`,
  shapes: [left, right],
  // TF.js has no gradient of it.
  differentiable: false,
  fn: (a, b) => tf.einsum(equation, a, b),
}));

export const matmulCases: readonly OpCase[] = [
  ...flags.flatMap((transposed) => [
    product([3, 4], [4, 2], transposed),
    product([5, 3, 4], [5, 4, 2], transposed),
    product([2, 3, 3, 4], [2, 3, 4, 2], transposed),
  ]),
  ...flags.flatMap((transposed) => [
    product([2, 3, 4], [1, 4, 2], transposed),
    product([3, 4], [5, 4, 2], transposed),
    product([2, 5, 3, 4], [4, 2], transposed),
  ]),
  {
    name: 'matMul of integers',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    dtypes: ['int32', 'int32'],
    range: [-9, 9],
    differentiable: false,
    fn: (a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'matMul of what is broadcast',
    shapes: [
      [1, 4],
      [4, 2],
    ],
    fn: (a, b) => tf.matMul(a.tile([3, 1]), b),
  },
  { name: 'dot', shapes: [[4], [4]], fn: (a, b) => tf.dot(a, b) },
  { name: 'outerProduct', shapes: [[3], [4]], fn: (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D) },
  attention,
  ...fused,
  ...einsums,
];
