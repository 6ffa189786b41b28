import { HoldfastError } from '../base/errors.ts';
import type { ExactIndex } from './exact.ts';
import { Graph, type GraphSnapshot } from './graph.ts';
import { damagedGraph, type GraphOwner, readGraphFile } from './graph-file.ts';
import { isDiskError } from './sqlite.ts';

/** The present generation of a graph, and how it came about. */
export interface OpenedGraph {
  readonly graph: Graph;
  readonly origin: 'opened' | 'built';
  /** The sequence that the file on disk covers; -1 when there is no file that can be used. */
  readonly generation: number;
}

/** A generation without vectors: the first one, and that from which a graph is built anew. */
export function emptyGraph(dimension: number): OpenedGraph {
  return { graph: Graph.create(dimension), origin: 'built', generation: -1 };
}

/**
 * Opens the graph's file; what was removed from the records since becomes a tombstone. Without a file it is empty.
 * @throws INDEX_DAMAGED for a file that is there and cannot be trusted.
 */
export function openGraph(path: string, owner: GraphOwner, vectors: ExactIndex): OpenedGraph {
  const file = readGraphFile(path, owner);
  if (file === undefined) return emptyGraph(owner.dimension);
  const graph = restoreGraph(path, owner.dimension, file);
  for (const label of graph.liveLabels()) if (!vectors.has(label)) graph.remove(label);
  return { graph, origin: 'opened', generation: file.sequence };
}

/**
 * The graph of a file that was read; tells one that hnswlib does not take from a disk that is full.
 * @throws INDEX_DAMAGED, INDEX_WRITE_FAILED
 */
export function restoreGraph(path: string, dimension: number, snapshot: GraphSnapshot): Graph {
  try {
    return Graph.restore(dimension, snapshot, `${path}.read.part`);
  } catch (error) {
    if (isDiskError(error)) {
      throw new HoldfastError('INDEX_WRITE_FAILED', `${path}: ${error.message}`, { cause: error });
    }
    throw damagedGraph(path, error instanceof Error ? error.message : String(error), error);
  }
}
