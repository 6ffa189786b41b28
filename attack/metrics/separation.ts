/** What rounding may leave of a distance of zero. */
const ZERO = 1e-6;

/** Mean distances within and between classes. */
export interface Separation {
  /** Between images of different classes. */
  readonly inter: number;
  /** Between images of the same class. */
  readonly intra: number;
  /** `intra / inter`: near 1 where classes are tangled. */
  readonly entanglement: number;
}

/** What one query adds: sums and numbers of its distances. */
export interface ClassDistances {
  readonly intra: number;
  readonly intraCount: number;
  readonly inter: number;
  readonly interCount: number;
}

/** Distances of a query to the gallery by class; the query itself and distances of zero are left out. */
export function classDistances(
  distances: ArrayLike<number>,
  labels: ArrayLike<number>,
  label: number,
  self: number,
): ClassDistances {
  let [intra, intraCount, inter, interCount] = [0, 0, 0, 0];
  for (let row = 0; row < distances.length; row++) {
    const distance = distances[row] as number;
    if (row === self || distance < ZERO) continue;
    if (labels[row] === label) {
      intra += distance;
      intraCount += 1;
    } else {
      inter += distance;
      interCount += 1;
    }
  }
  return { intra, intraCount, inter, interCount };
}

/** Means over all distances of all queries (specification of the method, section 6). NaN where there are none of a kind. */
export function separation(queries: readonly ClassDistances[]): Separation {
  const total = (part: keyof ClassDistances): number => queries.reduce((sum, query) => sum + query[part], 0);
  const intra = total('intra') / total('intraCount');
  const inter = total('inter') / total('interCount');
  return { inter, intra, entanglement: intra / inter };
}
