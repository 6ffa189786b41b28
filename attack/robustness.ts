import { HoldfastError } from '../base/errors.ts';
import { type Challenge, passedAfter, passedAgainst } from './challengers.ts';
import type { Push } from './push.ts';

/** At this epsilon (in 1/255) and above the score is 1. */
export const FULL_SCORE_EPSILON = 8;
/** A pixel cannot change by more levels. */
const MOST = 255;

/**
 * The `margin` estimate of the smallest L-infinity change of the query's pixels, in 1/255, that pushes a result out of the list: how far
 * its embedding has to move straight against the challenge's direction, divided by the model's shift per level of adversarial
 * change (docs/architecture.md, "Robustness of a result"). Between 0 and 255, the whole range of a pixel; null without a challenge:
 * nothing can push the result out.
 * @throws HoldfastError MODEL_DAMAGED when `shiftPerLevel` is not a positive number.
 */
export function marginEpsilon(challenge: Challenge | undefined, shiftPerLevel: number): number | null {
  if (!(shiftPerLevel > 0) || !Number.isFinite(shiftPerLevel)) {
    throw new HoldfastError('MODEL_DAMAGED', `calibration.shiftPerLevel is ${shiftPerLevel}, not a positive number`);
  }
  if (challenge === undefined) return null;
  return Math.min(MOST, passedAgainst(challenge) / shiftPerLevel);
}

/**
 * The `gradient` estimate of the same: the length of a step, made shorter or longer to end where enough challengers have passed.
 * Between 0 and 255.
 * @param query the unit embedding that the step began at
 */
export function gradientEpsilon(query: ArrayLike<number>, challenge: Challenge, { epsilon, embedding }: Push): number {
  const shift = embedding.map((value, i) => value - (query[i] as number));
  return Math.min(MOST, epsilon * passedAfter(challenge, shift));
}

/** The score of a result, 0..1: `min(1, epsilon / 8)`. A result that cannot be pushed out (null) scores 1. */
export function score(epsilon: number | null): number {
  if (epsilon === null) return 1;
  return Math.min(1, Math.max(0, epsilon / FULL_SCORE_EPSILON));
}
