import type { Candidates, Miner } from '../types.ts';
import { batchDistances } from './distances.ts';
import { lifted } from './lifted.ts';

/** How much less hard than the hardest a pair may be, in cosines. */
const SLACK = 0.1;

/**
 * The pairs that say something: positives less similar than the most similar negative, negatives more similar than the least
 * similar positive, by a slack of 0.1 (Wang et al., 2019, equations 10 and 11). An anchor may be left without any.
 */
export const multisimilarity: Miner = {
  name: 'multisimilarity',
  candidates(input): Candidates {
    const found = lifted.candidates(input);
    const rows = input.embeddings.shape[0] ?? 0;
    const distances = batchDistances(input.embeddings, 'C');
    const pairs = found.anchors.map((anchor, k) => {
      const similarity = (row: number): number => 1 - (distances[anchor * rows + row] as number);
      const positives = found.positives[k] ?? [];
      // Rows that stand in for negatives are of the anchor's class: there is nothing to select.
      if (found.alone?.[k]) return { positives: [], negatives: [] };
      const negatives = found.negatives[k] ?? [];
      const most = Math.max(...negatives.map(similarity));
      const least = Math.min(...positives.map(similarity));
      return {
        positives: positives.filter((row) => similarity(row) - SLACK < most),
        negatives: negatives.filter((row) => similarity(row) + SLACK > least),
      };
    });
    return {
      anchors: found.anchors,
      positives: pairs.map(({ positives }) => positives),
      negatives: pairs.map(({ negatives }) => negatives),
    };
  },
};
