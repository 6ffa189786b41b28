import type { Random } from '../../base/random.ts';
import type { Reading } from '../types.ts';

/**
 * For each mined negative another one of the batch that shows a third picture: a row of another class than the negative (for the
 * quadruplet loss; specification, section 3.3). Where no mined negative is, any row of another class than the negative, and
 * where there is none, any row.
 *
 * The released code takes the place of the second negative in the list of negatives for a row of the batch, and any row where that
 * place is the first or there is none.
 */
export function secondNegatives(
  labels: ArrayLike<number>,
  negatives: readonly number[],
  random: Random,
  reading: Reading,
): number[] {
  const rows = Array.from({ length: labels.length }, (_, row) => row);
  return negatives.map((negative) => {
    const differs = (row: number): boolean => labels[row] !== labels[negative];
    if (reading === 'released') {
      const places = negatives.flatMap((row, place) => (differs(row) ? [place] : []));
      return random.pick(places.some((place) => place > 0) ? places : rows);
    }
    const choices = [negatives.filter(differs), rows.filter(differs), rows];
    return random.pick(choices.find(({ length }) => length > 0) ?? rows);
  });
}
