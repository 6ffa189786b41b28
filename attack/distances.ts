import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine/custom-gradient.ts';
import type { Metric } from './types.ts';

/** Added to each signed difference by PyTorch's `pairwise_distance`; it decides the first step of some attacks. */
const OFFSET = 1e-6;

/**
 * Distance of row i of `x` to row i of `y` (specification of the method, section 0: `pd`, `cosd`). N x D twice -> N.
 * Euclidean for `E` and `N`: `|x - y + 1e-6|`, so a row is 1e-6 sqrt(D) from itself, with a gradient that is not zero.
 * For `C`: `1 - cos`. Rows are taken as they are; normalise first where the metric is `N`.
 */
export function rowDistance(x: tf.Tensor2D, y: tf.Tensor2D, metric: Metric): tf.Tensor1D {
  if (metric === 'C') return rowCosine(x, y);
  return x.sub(y).add(OFFSET).square().sum<tf.Tensor1D>(1).sqrt();
}

function rowCosine(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  const norms = rowNorm(x).mul(rowNorm(y));
  return tf.sub(1, x.mul(y).sum(1).div(norms)) as tf.Tensor1D;
}

/** At least 1e-8; the bound is put on the squares, since the root of zero has no gradient. */
function rowNorm(x: tf.Tensor2D): tf.Tensor1D {
  return x.square().sum(1).maximum<tf.Tensor1D>(1e-16).sqrt();
}

/**
 * All distances between the rows of `x` and of `y` (N x D, M x D -> N x M): Euclidean for `E` and `N`, `1 - x . y` for `C`
 * (rows already normalised). Without an offset; the gradient at distance zero is exactly zero.
 */
export function distanceMatrix(x: tf.Tensor2D, y: tf.Tensor2D, metric: Metric): tf.Tensor2D {
  const products = tf.matMul(x, y, false, true);
  if (metric === 'C') return tf.sub(1, products) as tf.Tensor2D;
  const squares = x.square().sum(1, true).add(y.square().sum(1).expandDims(0)).sub(products.mul(2));
  return safeRoot(squares as tf.Tensor2D);
}

/**
 * Distances of each row of `x` (N x D) to rows of its own (N x M x D), or to M rows that all share (M x D): N x M. As
 * `distanceMatrix`, from the differences themselves, so that nothing is lost where rows are close.
 */
export function ownDistances(x: tf.Tensor2D, rows: tf.Tensor, metric: Metric): tf.Tensor2D {
  const own = rows.rank === 2 ? rows.expandDims(0) : rows;
  if (metric === 'C') return tf.sub(1, x.expandDims(1).mul(own).sum(2)) as tf.Tensor2D;
  return safeRoot(x.expandDims(1).sub(own).square().sum<tf.Tensor2D>(2));
}

/** Square root whose gradient is zero, not infinite, where the argument is zero or rounding has made it negative. */
function safeRoot(squares: tf.Tensor2D): tf.Tensor2D {
  const root = customGradient([squares], ([input], save) => {
    const value = input.relu().sqrt();
    save([value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [distance] = saved as [tf.Tensor];
      return dy.mul(distance.step()).div(distance.mul(2).maximum(1e-12));
    };
    return { value, gradFunc };
  });
  return root as tf.Tensor2D;
}
