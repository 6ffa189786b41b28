import type { Candidates, MinerInput } from '../types.ts';

/** What the candidates of one anchor are chosen by. */
export interface AnchorView {
  readonly positive: number;
  /** Rows of the anchor's class, itself included. */
  readonly same: readonly number[];
  /** Rows of other classes: at least one. */
  readonly negatives: readonly number[];
  /** Distance of the anchor to a row. */
  distanceTo(row: number): number;
}

/** What a miner chooses for an anchor. Without positives it is the anchor's own; without probabilities all are equally likely. */
export interface Choice {
  readonly negatives: readonly number[];
  readonly positives?: readonly number[];
  /** Of the negatives. */
  readonly probabilities?: readonly number[];
}

/**
 * The candidates of an SPC-2 batch: row 2k is an anchor, row 2k + 1 its positive. `choose` picks for an anchor; where it picks no
 * negative, all rows of other classes are candidates, and where there is none, all rows (specification, section 3.1).
 */
export function spc2Candidates(
  { embeddings, labels }: MinerInput,
  distances: Float64Array | undefined,
  choose: (anchor: AnchorView) => Choice,
): Candidates {
  const rows = embeddings.shape[0] ?? 0;
  const all = Array.from({ length: rows }, (_, row) => row);
  const anchors = all.filter((row) => row % 2 === 0 && row + 1 < rows);
  const choices = anchors.map((anchor): Choice & { readonly alone: boolean } => {
    const negatives = all.filter((row) => labels[row] !== labels[anchor]);
    const same = all.filter((row) => labels[row] === labels[anchor]);
    const distanceTo = (row: number): number => distances?.[anchor * rows + row] ?? 0;
    if (negatives.length === 0) return { negatives: all, alone: true };
    const chosen = choose({ positive: anchor + 1, same, negatives, distanceTo });
    if (chosen.negatives.length > 0) return { ...chosen, alone: false };
    return { negatives, ...(chosen.positives && { positives: chosen.positives }), alone: false };
  });
  const probabilities = choices.map(({ probabilities: given, negatives }) => given ?? uniform(negatives.length));
  return {
    anchors,
    positives: choices.map(({ positives }, k) => positives ?? [(anchors[k] as number) + 1]),
    negatives: choices.map(({ negatives }) => negatives),
    ...(choices.some((choice) => choice.probabilities !== undefined) && { probabilities }),
    alone: choices.map(({ alone }) => alone),
  };
}

/** Farther than the positive, but by less than the margin. */
export function semiHard({ positive, negatives, distanceTo }: AnchorView, margin: number): Choice {
  const near = distanceTo(positive);
  return {
    negatives: negatives.filter((row) => near < distanceTo(row) && near - distanceTo(row) + margin > 0),
  };
}

export function uniform(count: number): number[] {
  return new Array<number>(count).fill(1 / count);
}
