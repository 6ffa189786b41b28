import { Graph } from './graph.ts';
import { damagedGraph, type GraphOwner, readGraphFile, writeGraphFile } from './graph-file.ts';
import { restoreGraph } from './graph-open.ts';

/** How many vectors are connected between two looks at whether the work is still wanted. */
const STRIDE = 16;

/** What makes the next generation of a graph from the present one. */
export interface FoldJob {
  /** The graph's file: that of the present generation, then of the next. */
  readonly path: string;
  /** Whose vectors, and the sequence of the records that the next generation covers. */
  readonly owner: GraphOwner;
  /** Go on from the present generation; otherwise the graph is built anew, without tombstones. */
  readonly keep: boolean;
  /** Labels of the present generation that are gone. */
  readonly gone: readonly number[];
  /** Labels to connect, oldest first, and their vectors one after the other. */
  readonly labels: readonly number[];
  readonly vectors: Float32Array<ArrayBuffer>;
}

/** The next generation: its file is in place, and hnswlib's bytes stand in `scratch` (nowhere when it is empty). */
export interface Folded {
  readonly scratch: string;
  readonly count: number;
  readonly tombstones: readonly number[];
  /** What the file covers. */
  readonly sequence: number;
}

/** Makes the next generation somewhere; `stop` gives up as soon as it can, and `done` then has nothing. */
export interface Folding {
  /** @throws INDEX_WRITE_FAILED, INDEX_DAMAGED; the present generation's file is then still there. */
  readonly done: Promise<Folded | undefined>;
  stop(): void;
}

export type StartFold = (job: FoldJob) => Folding;

/**
 * Makes the next generation on the thread that calls it: reads the present one, connects, and puts the new file in the
 * place of the old one at once.
 * @returns nothing when it was stopped before.
 * @throws INDEX_WRITE_FAILED, INDEX_DAMAGED
 */
export function foldGraph(job: FoldJob, isStopped: () => boolean = () => false): Folded | undefined {
  const { path, owner, labels, vectors } = job;
  const { dimension, sequence } = owner;
  const graph = presentGraph(job);
  graph.reserve(labels.length);
  for (const [row, label] of labels.entries()) {
    if (row % STRIDE === 0 && isStopped()) return undefined;
    graph.add(label, vectors.subarray(row * dimension, (row + 1) * dimension));
  }
  const scratch = `${path}.next.part`;
  const snapshot = graph.write(scratch);
  writeGraphFile(path, owner, snapshot);
  return { scratch, count: snapshot.count, tombstones: snapshot.tombstones, sequence };
}

function presentGraph({ path, owner, keep, gone, labels }: FoldJob): Graph {
  if (!keep) return Graph.create(owner.dimension, labels.length);
  const present = readGraphFile(path, owner);
  if (present === undefined) throw damagedGraph(path, 'it is gone');
  const graph = restoreGraph(path, owner.dimension, present);
  for (const label of gone) if (graph.has(label)) graph.remove(label);
  return graph;
}
