/**
 * A verdict is raised by what fewer than one honest sample in a hundred shows. An audit makes some forty comparisons, and an honest
 * model is far from the edge in most of them: at one in twenty, honest audits would be raised again and again.
 */
export const SIGNIFICANCE = 0.01;

/**
 * Whether more than a share of all queries is seen in a sample: whether so high a count in so many would be seen with a
 * probability below `SIGNIFICANCE` if the share were no higher (one-sided binomial test). Of 64 queries, a tolerated share of
 * 2 % allows 4 and one of 5 % allows 8. A count that is not a number is more than any.
 */
export function exceeds(count: number, total: number, share: number): boolean {
  return Number.isNaN(count) || upperTail(count, total, share) < SIGNIFICANCE;
}

/** Probability of at least `count` successes in `total` tries that succeed with probability `share` each. */
export function upperTail(count: number, total: number, share: number): number {
  if (count <= 0 || share >= 1) return 1;
  if (share <= 0) return 0;
  let logarithm = total * Math.log1p(-share);
  let below = Math.exp(logarithm);
  for (let k = 1; k < Math.min(count, total + 1); k++) {
    logarithm += Math.log((total - k + 1) / k) + Math.log(share) - Math.log1p(-share);
    below += Math.exp(logarithm);
  }
  return Math.max(0, 1 - below);
}
