/** Cosine similarity of two unit vectors, -1..1, from their Euclidean distance. */
export function scoreOf(distance: number): number {
  return 1 - distance ** 2 / 2;
}
