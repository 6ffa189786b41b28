import type { Candidates, MinerInput } from '../types.ts';

/** What the negatives of one anchor are chosen by. */
export interface AnchorView {
  /** Rows of other classes. */
  readonly negatives: readonly number[];
  /** Distance of the anchor to a row. */
  distanceTo(row: number): number;
  /** Distance of the anchor to its positive. */
  readonly positiveDistance: number;
}

/**
 * The candidates of an SPC-2 batch: row 2k is an anchor, row 2k + 1 its positive. `choose` picks among the rows of other
 * classes; where it picks none, all of them are candidates, and where there is none, all rows.
 */
export function spc2Candidates(
  { embeddings, labels }: MinerInput,
  distances: Float64Array | undefined,
  choose: (anchor: AnchorView) => readonly number[],
): Candidates {
  const rows = embeddings.shape[0] ?? 0;
  const all = Array.from({ length: rows }, (_, row) => row);
  const anchors = all.filter((row) => row % 2 === 0 && row + 1 < rows);
  const negatives = anchors.map((anchor) => {
    const others = all.filter((row) => labels[row] !== labels[anchor]);
    const distanceTo = (row: number): number => distances?.[anchor * rows + row] ?? 0;
    const chosen = choose({ negatives: others, distanceTo, positiveDistance: distanceTo(anchor + 1) });
    if (chosen.length > 0) return chosen;
    return others.length > 0 ? others : all;
  });
  return { anchors, positives: anchors.map((anchor) => [anchor + 1]), negatives };
}

/** Farther than the positive, but by less than the margin. */
export function semiHard(anchor: AnchorView, margin: number): number[] {
  return anchor.negatives.filter((row) => {
    const distance = anchor.distanceTo(row);
    return anchor.positiveDistance < distance && anchor.positiveDistance - distance + margin > 0;
  });
}
