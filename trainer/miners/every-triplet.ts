import { HoldfastError } from '../../base/errors.ts';
import type { Triplets } from '../types.ts';

/**
 * Every triplet of a batch of single pictures, which no sampler has put in pairs: two different rows of a class in either order
 * and a row of another. Where no class has two rows, each row is its own positive.
 * @throws HoldfastError OPTION_INVALID for a batch of one class, which has no triplet
 */
export function everyTriplet(labels: ArrayLike<number>): Triplets {
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  const same = (a: number, b: number): boolean => labels[a] === labels[b];
  const paired = rows.some((a) => rows.some((b) => a !== b && same(a, b)));
  const found = rows.flatMap((anchor) =>
    rows
      .filter((positive) => same(anchor, positive) && (anchor === positive) !== paired)
      .flatMap((positive) =>
        rows.filter((row) => !same(anchor, row)).map((negative) => ({ anchor, positive, negative })),
      ),
  );
  if (found.length === 0) throw new HoldfastError('OPTION_INVALID', 'a batch of one class has no triplet');
  return {
    anchors: found.map(({ anchor }) => anchor),
    positives: found.map(({ positive }) => positive),
    negatives: found.map(({ negative }) => negative),
  };
}
