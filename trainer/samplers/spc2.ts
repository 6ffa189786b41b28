import type { Random } from '../../base/random.ts';
import type { Sampler } from '../types.ts';

/** The rows of each class. */
function rowsByLabel(labels: ArrayLike<number>): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const list = rows.get(label);
    if (list === undefined) rows.set(label, [row]);
    else list.push(row);
  }
  return rows;
}

/**
 * SPC-2 (specification of the method, section 1.4): every picture is an anchor once an epoch, in shuffled order; its partner is
 * drawn from all pictures of its class, itself included. The last batch may be smaller.
 */
export const spc2: Sampler = {
  epoch(labels: ArrayLike<number>, pairs: number, random: Random) {
    const classes = rowsByLabel(labels);
    const order = random.shuffle(Array.from({ length: labels.length }, (_, row) => row));
    const batches: number[][] = [];
    for (let from = 0; from < order.length; from += pairs) {
      batches.push(
        order
          .slice(from, from + pairs)
          .flatMap((row) => [row, random.pick(classes.get(labels[row] as number) as number[])]),
      );
    }
    return batches;
  },
};
