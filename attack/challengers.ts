/** Candidates behind the list that are looked at beside those in it: more of them change an estimate by little. */
export const CHALLENGERS_BEHIND = 20;

/** How often challengers that a direction leaves behind are added to it once more. */
const ROUNDS = 10;

type Vector = ArrayLike<number>;

/** Unit embeddings: a query and what is nearest to it, nearest first, farther than the list reaches. */
export interface Neighbourhood {
  readonly query: Vector;
  readonly neighbours: readonly Vector[];
  /** Length of the list. */
  readonly places: number;
}

/** What it takes to push one result out of the list. */
export interface Challenge {
  readonly result: Vector;
  /** Those behind it. */
  readonly challengers: readonly Vector[];
  /** `q . (r - c)` of each. */
  readonly margins: readonly number[];
  /** How many of them have to pass. */
  readonly needed: number;
  /** D: the unit direction against which the query's embedding moves; zero where every challenger is the result's double. */
  readonly direction: Float32Array;
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function gap(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}

function addDifference(sum: Float64Array, a: Vector, b: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (a[i] as number) - (b[i] as number);
}

/**
 * Whom a result has to fear. It leaves a list of k once k others are nearer than it, so that, at index i, k - i of those behind
 * it have to pass, each at the plane `q . (r - c) = 0`. The direction is the sum of `r - c` over the k - i whose planes are nearest: one
 * change of the query has to carry it past all of them. Those that it would not come nearer to are added again.
 * @returns undefined where the list holds all there is, and nothing can push a result out.
 */
export function challenge({ query, neighbours, places }: Neighbourhood, index: number): Challenge | undefined {
  const result = neighbours[index];
  if (neighbours.length <= places || result === undefined) return undefined;
  const needed = places - index;
  const challengers = neighbours.slice(index + 1);
  const nearness = dot(query, result);
  const margins = challengers.map((challenger) => nearness - dot(query, challenger));
  const nearest = challengers
    .map((challenger, i) => ({ challenger, plane: (margins[i] as number) / Math.max(gap(result, challenger), 1e-12) }))
    .sort((a, b) => a.plane - b.plane)
    .slice(0, needed)
    .map(({ challenger }) => challenger);
  const sum = new Float64Array(query.length);
  let left: readonly Vector[] = nearest;
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    for (const challenger of left) addDifference(sum, result, challenger);
    const along = dot(sum, result);
    left = nearest.filter((challenger) => along <= dot(sum, challenger));
  }
  const length = Math.max(Math.sqrt(dot(sum, sum)), 1e-12);
  const direction = new Float32Array(sum.length);
  for (let i = 0; i < sum.length; i++) direction[i] = (sum[i] as number) / length;
  return { result, challengers, margins, needed, direction };
}

/**
 * The multiple of a move of the embedding, `shift`, after which enough challengers have passed, as each margin goes on falling at its
 * rate. 0 where they have passed already; Infinity where the move does not bring enough of them nearer.
 */
export function passedAfter({ result, challengers, margins, needed }: Challenge, shift: Vector): number {
  const along = dot(shift, result);
  const multiples = challengers.map((challenger, i) => {
    const margin = margins[i] as number;
    const fall = dot(shift, challenger) - along;
    if (margin <= 0) return 0;
    return fall > 0 ? margin / fall : Number.POSITIVE_INFINITY;
  });
  return multiples.sort((a, b) => a - b)[needed - 1] ?? Number.POSITIVE_INFINITY;
}
