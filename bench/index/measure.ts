import { HoldfastError } from '../../base/errors.ts';
import { K } from './types.ts';

/** The largest width that is tried. */
const WIDEST = 4096;

/** The share of the true neighbours that were found, 0..1. */
export function recallOf(rows: readonly number[], truth: ArrayLike<number>): number {
  let found = 0;
  for (let start = 0; start < truth.length; start += K) {
    const wanted = new Set(Array.from({ length: K }, (_, i) => truth[start + i]));
    for (let i = 0; i < K; i++) if (wanted.has(rows[start + i])) found++;
  }
  return found / truth.length;
}

/**
 * The smallest width `ef`, from `K` on, whose recall reaches the target. Looks at no width twice.
 * @throws HoldfastError INTERNAL when none up to 4096 does
 */
export async function smallestWidth(
  target: number,
  recall: (ef: number) => Promise<number>,
  from = K,
): Promise<number> {
  let low = from;
  let high = from;
  while ((await recall(high)) < target) {
    if (high === WIDEST) throw new HoldfastError('INTERNAL', `no width up to ${WIDEST} has recall ${target}`);
    low = high + 1;
    high = Math.min(2 * high, WIDEST);
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((await recall(middle)) < target) low = middle + 1;
    else high = middle;
  }
  return high;
}
