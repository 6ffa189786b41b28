import type { Miner } from '../types.ts';
import { random } from './random.ts';

/**
 * Every row of the anchor's class, itself included, against every row of other classes: what the released multi-similarity loss
 * works on, since its selection compares with the wrong extremes and leaves nothing out (specification, section 3.3).
 */
export const all: Miner = {
  name: 'all',
  blind: true,
  candidates(input) {
    const found = random.candidates(input);
    const rows = Array.from({ length: input.embeddings.shape[0] ?? 0 }, (_, row) => row);
    return {
      ...found,
      positives: found.anchors.map((anchor) => rows.filter((row) => input.labels[row] === input.labels[anchor])),
    };
  },
};
