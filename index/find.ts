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
  /** The labels that a filter lets pass. */
  readonly among: readonly number[] | undefined;
}

/**
 * The nearest vectors. The graph proposes; where it is no gain, or proposes fewer than `k` that pass the filter, every
 * vector that passes is looked at. hnswlib's own filters are not used: they leak, and walk the whole graph for a rare one.
 */
export function findNearest(
  { vectors, graph }: { readonly vectors: ExactIndex; readonly graph: Graph },
  vector: Float32Array,
  { k, exact = false, ef, among }: FindOptions,
): Neighbour[] {
  const eligible = among?.length ?? vectors.count;
  const wanted = Math.min(k, eligible);
  const share = eligible / vectors.count;
  const scan = exact || eligible <= SCAN_UP_TO || wanted > eligible / 4 || share < SELECTIVE || !isUnit(vector);
  if (scan) return vectors.nearest(vector, wanted, among);
  // As many more candidates as leave the usual number when only a share of them passes.
  const proposed = graph.candidates(vector, wanted, Math.ceil((ef ?? usualEf(wanted)) / share));
  const passing = among === undefined ? proposed : passingOf(proposed, among);
  return vectors.nearest(vector, wanted, passing.length < wanted ? among : passing);
}

function passingOf(proposed: readonly number[], among: readonly number[]): number[] {
  const allowed = new Set(among);
  return proposed.filter((label) => allowed.has(label));
}
