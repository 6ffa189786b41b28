import type { Miner, Reading } from '../types.ts';
import { batchDistances } from './distances.ts';
import { type AnchorView, type Choice, spc2Candidates, uniform } from './spc2.ts';

/**
 * Negatives of all distances alike: a row is drawn with a probability inverse to the density of its distance between points of
 * a sphere (Wu et al., 2017; specification, section 3.1: `spc2-distance`). For unit rows: metric `N`.
 *
 * Where a negative is the same picture, or farther away than a sphere is wide, the weights are not numbers. The released code
 * then draws from the whole batch, the anchor's class included; corrected, from all rows of other classes.
 */
export function distanceMiner(reading: Reading): Miner {
  return {
    name: 'distance',
    candidates(input) {
      const [rows = 0, dimension = 0] = input.embeddings.shape;
      const everything = Array.from({ length: rows }, (_, row) => row);
      return spc2Candidates(input, batchDistances(input.embeddings, input.metric), (anchor) => {
        const weighted = weigh(anchor, dimension);
        if (weighted !== undefined) return weighted;
        const negatives = reading === 'released' ? everything : anchor.negatives;
        return { negatives, probabilities: uniform(negatives.length) };
      });
    },
  };
}

/** Rows with a probability above zero, and those; undefined where there is none. */
function weigh({ negatives, distanceTo }: AnchorView, dimension: number): Choice | undefined {
  const logarithms = negatives.map((row) => {
    const distance = distanceTo(row);
    return (2 - dimension) * Math.log(distance) - ((dimension - 3) / 2) * Math.log(1 - distance ** 2 / 4);
  });
  // The anchor's class takes part in the largest with zeros.
  const largest = Math.max(0, ...logarithms);
  const kept = negatives
    .map((row, i) => ({ row, weight: Math.exp((logarithms[i] as number) - largest) }))
    .filter(({ weight }) => weight > 0);
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return undefined;
  return { negatives: kept.map(({ row }) => row), probabilities: kept.map(({ weight }) => weight / total) };
}
