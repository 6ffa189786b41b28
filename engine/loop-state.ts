import * as tf from '@tensorflow/tfjs';
import { HoldfastError } from '../base/errors.ts';
import { isTensor } from './eager.ts';
import { flatten, mapTree } from './tree.ts';
import type { Tree } from './types.ts';

/** Whether any sample is active: a bool scalar. */
export function anyOf(active: tf.Tensor): tf.Tensor {
  return active.cast('int32').max().cast('bool');
}

/**
 * The new state of the samples that are active, the old one of the others. A leaf that does not belong to the samples
 * is new while any of them is active.
 */
export function merge<S extends Tree<tf.Tensor>>(active: tf.Tensor, next: S, previous: S): S {
  const old = new Map(flatten<tf.Tensor>(previous, isTensor));
  const going = anyOf(active);
  const samples = active.shape[0];
  return mapTree<tf.Tensor, tf.Tensor>(next, isTensor, (leaf, path) => {
    const before = old.get(path) as tf.Tensor;
    const own = active.rank === 1 && leaf.rank > 0 && leaf.shape[0] === samples;
    const mask = own ? active.reshape([leaf.shape[0] as number, ...leaf.shape.slice(1).map(() => 1)]) : going;
    return tf.where(mask.broadcastTo(leaf.shape), leaf, before);
  }) as S;
}

/** @throws HoldfastError TRACE_INVALID where a leaf is missing, new, or of another shape or type. */
export function checkState(before: Tree<tf.Tensor>, after: Tree<tf.Tensor>): void {
  const describe = ([path, { shape, dtype }]: [string, tf.Tensor]): string => `${path || 'state'} ${dtype} [${shape}]`;
  const [had, has] = [flatten(before, isTensor).map(describe), flatten(after, isTensor).map(describe)];
  const wrong = had.find((leaf) => !has.includes(leaf)) ?? has.find((leaf) => !had.includes(leaf));
  if (wrong !== undefined) {
    throw new HoldfastError(
      'TRACE_INVALID',
      `the state of a loop changes its form: ${wrong} is not there before and after`,
    );
  }
}
