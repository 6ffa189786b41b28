import type { Random } from '../../base/random.ts';
import type { Candidates, Triplets } from '../types.ts';

/** One triplet per anchor, drawn uniformly from its candidates: the negative first, then the positive. */
export function drawTriplets(candidates: Candidates, random: Random): Triplets {
  const negatives = candidates.negatives.map((rows) => random.pick(rows));
  const positives = candidates.positives.map((rows) => (rows.length === 1 ? (rows[0] as number) : random.pick(rows)));
  return { anchors: candidates.anchors, positives, negatives };
}
