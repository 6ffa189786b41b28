import { HoldfastError } from '../base/errors.ts';

/** At this epsilon (in 1/255) and above the score is 1. */
export const FULL_SCORE_EPSILON = 8;

/** `q . (r - c)` and `|r - c|` of equally long vectors. */
function margin(query: ArrayLike<number>, result: ArrayLike<number>, outsider: ArrayLike<number>): [number, number] {
  let product = 0;
  let squares = 0;
  for (let i = 0; i < query.length; i++) {
    const difference = (result[i] as number) - (outsider[i] as number);
    product += (query[i] as number) * difference;
    squares += difference * difference;
  }
  return [product, Math.sqrt(squares)];
}

/**
 * Estimated smallest L-infinity change of the query's pixels, in 1/255, that pushes a result out of the list: the shift of the
 * unit embedding to the plane where result and outsider are equally near, `q . (r - c) / |r - c|`, divided by the
 * model's shift per level of adversarial change (docs/architecture.md, "Robustness of a result"). Between 0 and 255, the whole range of a pixel; 0 where
 * outsider and result are equally near already.
 * @param outsider the first candidate outside the list. Without one the whole gallery is in the list, nothing can push a result
 *   out, and the answer is null.
 * @throws HoldfastError MODEL_DAMAGED when `shiftPerLevel` is not a positive number.
 */
export function marginEpsilon(
  query: ArrayLike<number>,
  result: ArrayLike<number>,
  outsider: ArrayLike<number> | undefined,
  shiftPerLevel: number,
): number | null {
  if (!(shiftPerLevel > 0) || !Number.isFinite(shiftPerLevel)) {
    throw new HoldfastError('MODEL_DAMAGED', `calibration.shiftPerLevel is ${shiftPerLevel}, not a positive number`);
  }
  if (outsider === undefined) return null;
  const [product, length] = margin(query, result, outsider);
  return length === 0 ? 0 : Math.min(255, Math.max(0, product / length / shiftPerLevel));
}

/** The score of a result, 0..1: `min(1, epsilon / 8)`. A result that cannot be pushed out (null) scores 1. */
export function score(epsilon: number | null): number {
  if (epsilon === null) return 1;
  return Math.min(1, Math.max(0, epsilon / FULL_SCORE_EPSILON));
}
