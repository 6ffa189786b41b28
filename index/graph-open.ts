import { HoldfastError } from '../base/errors.ts';
import type { ExactIndex } from './exact.ts';
import { Graph } from './graph.ts';
import { damagedGraph, type GraphOwner, readGraphFile } from './graph-file.ts';
import { isDiskError } from './sqlite.ts';

/** A graph that agrees with the records, and how it came about. */
export interface OpenedGraph {
  readonly graph: Graph;
  readonly origin: 'opened' | 'built';
  /** The sequence that the file on disk covers; -1 when there is no file that can be used. */
  readonly saved: number;
}

/** A graph over all live vectors, oldest first: equal vectors give equal graphs. */
export function buildGraph(vectors: ExactIndex): Graph {
  const graph = Graph.create(vectors.dimension, vectors.count);
  for (const label of vectors.sortedLabels()) graph.add(label, vectors.vector(label));
  return graph;
}

/**
 * Opens the graph's file and brings it up to the records: what was added since is connected, what was removed becomes
 * a tombstone. Without a file the graph is built.
 * @throws INDEX_DAMAGED for a file that is there and cannot be trusted.
 */
export function openGraph(path: string, owner: GraphOwner, vectors: ExactIndex): OpenedGraph {
  const file = readGraphFile(path, owner);
  if (file === undefined) return { graph: buildGraph(vectors), origin: 'built', saved: -1 };
  const graph = restore(path, () => Graph.restore(owner.dimension, file, `${path}.read.part`));
  for (const label of graph.liveLabels()) if (!vectors.has(label)) graph.remove(label);
  const missing = vectors.sortedLabels().filter((label) => !graph.has(label));
  graph.reserve(missing.length);
  for (const label of missing) graph.add(label, vectors.vector(label));
  return { graph, origin: 'opened', saved: file.sequence };
}

/** Tells a graph that hnswlib does not take from a disk that is full. */
function restore(path: string, work: () => Graph): Graph {
  try {
    return work();
  } catch (error) {
    if (isDiskError(error)) {
      throw new HoldfastError('INDEX_WRITE_FAILED', `${path}: ${error.message}`, { cause: error });
    }
    throw damagedGraph(path, error instanceof Error ? error.message : String(error), error);
  }
}
