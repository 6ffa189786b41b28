/** Cosine similarity of two unit vectors, -1..1, from their Euclidean distance. */
export function scoreOf(distance: number): number {
  return 1 - distance ** 2 / 2;
}

/** Whether a distance scores at least so much. Of -1 it always does: rounding takes the score of opposite vectors a little below. */
export function scoresAtLeast(distance: number, minScore: number): boolean {
  return minScore === -1 || scoreOf(distance) >= minScore;
}
