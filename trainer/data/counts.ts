import { HoldfastError } from '../../base/errors.ts';

/** Pictures in the two halves of a set. */
export interface Counts {
  readonly train: number;
  readonly test: number;
}

/** @throws HoldfastError DATA_DAMAGED with both counts where a set has not as many pictures as its authors state. */
export function checkCounts(name: string, found: Counts, official: Counts): void {
  if (found.train === official.train && found.test === official.test) return;
  throw new HoldfastError(
    'DATA_DAMAGED',
    `${name} has ${found.train} pictures for training and ${found.test} for the test; there should be ${official.train} and ${official.test}`,
  );
}
