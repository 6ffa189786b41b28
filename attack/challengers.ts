import { type Products, productsOf } from './products.ts';

/** Candidates behind the list that are looked at beside those in it: more of them change an estimate by little. */
export const CHALLENGERS_BEHIND = 20;

/** How often challengers that a direction leaves behind are added to it once more. */
const ROUNDS = 10;

/** Lengths below it are none. */
const SMALLEST = 1e-12;

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
  /** `D . (r - c)` of each: how much its margin falls by a move of length one. */
  readonly falls: readonly number[];
}

/**
 * Whom each of the first `results` of a list has to fear. A result leaves a list of k once k others are nearer than it, so that, at index i, k - i of
 * those behind it have to pass, each at the plane `q . (r - c) = 0`. The direction is the sum of `r - c` over the k - i whose planes are nearest: one
 * change of the query has to carry it past all of them. Those that it would not come nearer to are added again.
 * @returns undefined for each where the list holds all there is, and nothing can push a result out.
 */
export function challenges(around: Neighbourhood, results = around.places): (Challenge | undefined)[] {
  const { query, neighbours, places } = around;
  const count = Math.min(results, places, neighbours.length);
  if (count === 0 || neighbours.length <= places) return Array.from({ length: count }, () => undefined);
  const products = productsOf([query, ...neighbours]);
  return Array.from({ length: count }, (_, index) => challengeOf(around, products, index));
}

/**
 * All but the direction is worked out from the products: the query has row 0, the result of an index the row after that. Plain loops, as this is
 * done for every result of every search.
 */
function challengeOf({ query, neighbours, places }: Neighbourhood, products: Products, index: number): Challenge {
  const row = index + 1;
  const rows = neighbours.length + 1;
  const result = neighbours[index] as Vector;
  const needed = places - index;
  const { margins, nearest } = planesOf(products, row, rows, needed);
  const { times, sums } = sumOf(products, row, nearest);
  let square = 0;
  for (const one of nearest) square += (times[one] as number) * ((sums[row] as number) - (sums[one] as number));
  const length = Math.max(Math.sqrt(Math.max(0, square)), SMALLEST);
  const falls: number[] = [];
  for (let other = row + 1; other < rows; other++)
    falls.push(((sums[row] as number) - (sums[other] as number)) / length);
  return {
    ...{ result, challengers: neighbours.slice(row), margins, needed, falls },
    // Not all that ask for a challenge ask for it.
    get direction() {
      const sum = new Float64Array(query.length);
      for (const one of nearest) addDifference(sum, times[one] as number, result, neighbours[one - 1] as Vector);
      return Float32Array.from(sum, (value) => value / length);
    },
  };
}

/** How often `c` of each row is taken from the sum of `r - c`, and the sum's products with each. */
function sumOf({ flat, stride }: Products, row: number, nearest: readonly number[]) {
  const times = new Float64Array(stride);
  const sums = new Float64Array(stride);
  let left = nearest;
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    for (const one of left) {
      times[one] = (times[one] as number) + 1;
      for (let i = 0; i < stride; i++)
        sums[i] = (sums[i] as number) + (flat[row * stride + i] as number) - (flat[one * stride + i] as number);
    }
    left = nearest.filter((other) => (sums[row] as number) <= (sums[other] as number));
  }
  return { times, sums };
}

/** The margins of those behind a result, and the rows of the `needed` whose planes are nearest, nearest first. */
function planesOf({ flat, stride }: Products, row: number, rows: number, needed: number) {
  const own = row * stride;
  const margins: number[] = [];
  const planes = new Float64Array(rows);
  const nearest: number[] = [];
  for (let other = row + 1; other < rows; other++) {
    const margin = (flat[row] as number) - (flat[other] as number);
    const square =
      (flat[own + row] as number) - 2 * (flat[own + other] as number) + (flat[other * stride + other] as number);
    const plane = margin / Math.max(Math.sqrt(Math.max(0, square)), SMALLEST);
    margins.push(margin);
    planes[other] = plane;
    // Into its place among the nearest so far, behind its equals.
    let place = nearest.length;
    while (place > 0 && (planes[nearest[place - 1] as number] as number) > plane) place -= 1;
    if (place < needed) nearest.splice(place, 0, other);
    if (nearest.length > needed) nearest.pop();
  }
  return { margins, nearest };
}

function addDifference(sum: Float64Array, count: number, a: Vector, b: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + count * ((a[i] as number) - (b[i] as number));
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The length of a move straight against the direction after which enough challengers have passed. 0 where they have passed already. */
export function passedAgainst({ margins, falls, needed }: Challenge): number {
  return passed(margins, falls, needed);
}

/**
 * The multiple of a move of the embedding, `shift`, after which enough challengers have passed, as each margin goes on falling at its
 * rate. 0 where they have passed already; Infinity where the move does not bring enough of them nearer.
 */
export function passedAfter({ result, challengers, margins, needed }: Challenge, shift: Vector): number {
  const along = dot(shift, result);
  const falls = challengers.map((challenger) => dot(shift, challenger) - along);
  return passed(margins, falls, needed);
}

function passed(margins: readonly number[], falls: readonly number[], needed: number): number {
  const multiples = new Float64Array(margins.length);
  for (let i = 0; i < multiples.length; i++) {
    const [margin, fall] = [margins[i] as number, falls[i] as number];
    if (margin > 0) multiples[i] = fall > 0 ? margin / fall : Number.POSITIVE_INFINITY;
  }
  return multiples.sort()[needed - 1] ?? Number.POSITIVE_INFINITY;
}
