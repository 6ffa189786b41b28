import type { Random } from '../../base/random.ts';
import type { Candidates, Triplets } from '../types.ts';

export interface DrawOptions {
  /** Probability with which the whole batch becomes (anchor, anchor, positive): the spectrum-regularised switch. */
  readonly pSwitch?: number;
}

/**
 * One triplet per anchor, drawn from its candidates: the negative first, then the positive (specification, section 3.1).
 * @throws RangeError for an anchor without candidates
 */
export function drawTriplets(candidates: Candidates, random: Random, { pSwitch = 0 }: DrawOptions = {}): Triplets {
  const { anchors, probabilities } = candidates;
  const switched = pSwitch > 0 && random.uniform() < pSwitch;
  const negatives = candidates.negatives.map((rows, k) => draw(rows, probabilities?.[k], random));
  const positives = candidates.positives.map((rows) => (rows.length === 1 ? (rows[0] as number) : random.pick(rows)));
  return switched ? { anchors, positives: anchors, negatives: positives } : { anchors, positives, negatives };
}

/**
 * All candidates, for losses on groups: nothing is drawn but one of the negatives of an anchor that is alone in a batch of one
 * class.
 */
export function drawGroups(candidates: Candidates, random: Random): Omit<Candidates, 'probabilities' | 'alone'> {
  const { anchors, positives, negatives, alone } = candidates;
  return {
    anchors,
    positives,
    negatives: negatives.map((rows, k) => (alone?.[k] ? [random.pick(rows)] : rows)),
  };
}

function draw(rows: readonly number[], probabilities: ArrayLike<number> | undefined, random: Random): number {
  if (probabilities === undefined) return random.pick(rows);
  let rest = random.uniform();
  const last = rows.length - 1;
  for (let i = 0; i < last; i++) {
    rest -= probabilities[i] as number;
    if (rest < 0) return rows[i] as number;
  }
  // Rounding may leave a little.
  return random.pick(rows.slice(last));
}
