import type { Doubles } from './doubles.ts';
import type { ExactIndex } from './exact.ts';
import { type Graph, usualEf } from './graph.ts';
import type { Neighbour } from './nearest.ts';
import { isUnit } from './validation.ts';

/** Up to this many vectors a scan is as fast as the graph, and exact. */
const SCAN_UP_TO = 1000;
/** A filter that lets a smaller share pass is answered by a scan of what passes. */
const SELECTIVE = 0.2;

export interface FindOptions {
  readonly k: number;
  readonly exact: boolean | undefined;
  readonly ef: number | undefined;
  /** The labels that a filter lets pass, sorted. */
  readonly among: readonly number[] | undefined;
}

/** What is searched: all vectors, the graph over most of them, the labels of the others, and those that others stand for. */
export interface Searched {
  readonly vectors: ExactIndex;
  readonly graph: Graph;
  readonly fresh: ReadonlySet<number>;
  readonly doubles: Doubles;
}

/**
 * The nearest vectors. The graph proposes, and what is not in it is looked at; where that is no gain, or fewer than `k`
 * pass the filter, every vector that passes is looked at. hnswlib's own filters are not used: they leak, and walk the whole graph for a rare one.
 */
export function findNearest(
  { vectors, graph, fresh, doubles }: Searched,
  vector: Float32Array,
  { k, exact = false, ef, among }: FindOptions,
): Neighbour[] {
  const eligible = among?.length ?? vectors.count;
  const wanted = Math.min(k, eligible);
  const share = eligible / vectors.count;
  const scan = exact || eligible <= SCAN_UP_TO || wanted > eligible / 4 || share < SELECTIVE || !isUnit(vector);
  if (scan) return vectors.nearest(vector, wanted, among);
  // With a filter, as many more candidates as leave the usual number when only a share of them passes.
  const width = ef ?? usualEf(wanted);
  const walked =
    among === undefined
      ? graph.closest(vector, wanted, width)
      : graph.candidates(vector, wanted, Math.ceil(width / share));
  const distinct = [...walked, ...fresh];
  const proposed = doubles.exist ? doubles.withDoubles(distinct) : distinct;
  const passing = among === undefined ? proposed : proposed.filter((label) => isAmong(among, label));
  return vectors.nearest(vector, wanted, passing.length < wanted ? among : passing);
}

/** Whether a sorted list has the label. */
function isAmong(sorted: readonly number[], label: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < label) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === label;
}
