import type { Miner } from '../types.ts';
import { spc2Candidates } from './spc2.ts';

/** Every other row of the anchor's class against every row of other classes (specification, section 3.1: `spc2-lifted`). */
export const lifted: Miner = {
  name: 'lifted',
  blind: true,
  candidates(input) {
    const found = spc2Candidates(input, undefined, ({ negatives }) => ({ negatives }));
    const rows = Array.from({ length: input.embeddings.shape[0] ?? 0 }, (_, row) => row);
    const positives = found.anchors.map((anchor) =>
      rows.filter((row) => row !== anchor && input.labels[row] === input.labels[anchor]),
    );
    return { ...found, positives };
  },
};
