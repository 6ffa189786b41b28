import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import hnswlib from 'hnswlib-node';
import { HoldfastError } from '../base/errors.ts';
import { checkHnswBytes, EF_CONSTRUCTION, M } from './hnsw-bytes.ts';

/** Candidates kept during a search, at the least. */
const EF = 128;
const FIRST_CAPACITY = 1024;
/** Neighbours beside the `k` that are asked for, so that few equal ones are no reason to ask for all. */
const SPARE = 8;
/** Far more than the relative error of a sum of some thousand squares in 32 bits. */
const PRECISION = 1e-4;

/** How many candidates a walk for the `k` nearest keeps unless told. */
export function usualEf(k: number): number {
  return Math.max(EF, 2 * k);
}

/** What is left of a graph between two runs: hnswlib's own bytes (none of an empty graph) and the labels gone from it. */
export interface GraphSnapshot {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly tombstones: readonly number[];
}

/**
 * The HNSW graph (Malkov and Yashunin, 2018) over unit vectors by Euclidean distance. It proposes candidates; distances
 * and ranks come from the exact index. Removed vectors stay as tombstones until the graph is built anew. Vectors must
 * have been checked: hnswlib ends the process on a wrong one.
 */
export class Graph {
  private readonly dimension: number;
  private readonly index: hnswlib.HierarchicalNSW;
  private readonly labels: Set<number>;
  private readonly tombstones: Set<number>;

  private constructor(dimension: number, index: hnswlib.HierarchicalNSW, snapshot?: GraphSnapshot) {
    this.dimension = dimension;
    this.index = index;
    this.tombstones = new Set(snapshot?.tombstones);
    this.labels = new Set(snapshot && snapshot.count > 0 ? index.getIdsList() : []);
  }

  /** An empty graph with room for `expected` vectors. */
  static create(dimension: number, expected = 0): Graph {
    const index = new hnswlib.HierarchicalNSW('l2', dimension);
    index.initIndex(Math.max(expected, FIRST_CAPACITY), M, EF_CONSTRUCTION);
    return new Graph(dimension, index);
  }

  /**
   * A graph from its bytes, which pass through the file `scratch`: hnswlib reads files only.
   * @throws INDEX_DAMAGED when the bytes are not such a graph, the file system's error when the disk is full.
   */
  static restore(dimension: number, snapshot: GraphSnapshot, scratch: string): Graph {
    if (snapshot.count === 0) return Graph.create(dimension);
    checkHnswBytes(snapshot.bytes, dimension, snapshot.count);
    const index = new hnswlib.HierarchicalNSW('l2', dimension);
    try {
      writeFileSync(scratch, snapshot.bytes);
      index.readIndexSync(scratch);
    } finally {
      rmSync(scratch, { force: true, recursive: true });
    }
    return new Graph(dimension, index, snapshot);
  }

  /**
   * A graph from the file `scratch` that `write` left, read beside the thread that calls, which then removes it.
   * @throws INDEX_DAMAGED when hnswlib cannot read it.
   */
  static async load(dimension: number, scratch: string, written: Omit<GraphSnapshot, 'bytes'>): Promise<Graph> {
    if (written.count === 0) return Graph.create(dimension);
    const index = new hnswlib.HierarchicalNSW('l2', dimension);
    try {
      await index.readIndex(scratch);
      return new Graph(dimension, index, { ...written, bytes: new Uint8Array() });
    } catch (cause) {
      throw new HoldfastError('INDEX_DAMAGED', `${scratch}: ${String(cause)}`, { cause });
    } finally {
      rmSync(scratch, { force: true, recursive: true });
    }
  }

  /**
   * The graph's bytes, which stand in the file `scratch` too; there is none of an empty graph.
   * @throws INDEX_WRITE_FAILED when hnswlib could not write all of them; it does not say so itself.
   */
  write(scratch: string): GraphSnapshot {
    const count = this.labels.size;
    const tombstones = [...this.tombstones];
    if (count === 0) return { bytes: new Uint8Array(), count, tombstones };
    try {
      this.index.writeIndexSync(scratch);
      const bytes = readFileSync(scratch);
      checkHnswBytes(bytes, this.dimension, count);
      return { bytes, count, tombstones };
    } catch (cause) {
      rmSync(scratch, { force: true, recursive: true });
      throw new HoldfastError('INDEX_WRITE_FAILED', `${scratch}: ${String(cause)}`, { cause });
    }
  }

  /** The graph's bytes, by way of the file `scratch`. @throws INDEX_WRITE_FAILED */
  snapshot(scratch: string): GraphSnapshot {
    const snapshot = this.write(scratch);
    rmSync(scratch, { force: true, recursive: true });
    return snapshot;
  }

  /** Live vectors and tombstones. */
  get size(): number {
    return this.labels.size;
  }

  /** The share of the nodes that are tombstones, 0..1. */
  get wasted(): number {
    return this.size === 0 ? 0 : this.tombstones.size / this.size;
  }

  has(label: number): boolean {
    return this.labels.has(label) && !this.tombstones.has(label);
  }

  /** The labels of what was removed. */
  goneLabels(): number[] {
    return [...this.tombstones];
  }

  /** The labels that are not tombstones. */
  liveLabels(): number[] {
    return [...this.labels].filter((label) => !this.tombstones.has(label));
  }

  /** Makes room for more vectors. @throws Error when memory is short. */
  reserve(more: number): void {
    const capacity = this.index.getMaxElements();
    if (this.size + more > capacity) this.index.resizeIndex(Math.max(this.size + more, 2 * capacity));
  }

  /** Connects a checked vector under a label that was never used. */
  add(label: number, vector: Float32Array): void {
    this.reserve(1);
    this.index.addPoint(Array.from(vector), label);
    this.labels.add(label);
  }

  remove(label: number): void {
    this.index.markDelete(label);
    this.tombstones.add(label);
  }

  /**
   * Labels near a checked vector, at least `k` where the walk finds as many; in no order that counts.
   * @param ef how many candidates the walk keeps.
   */
  candidates(vector: Float32Array, k: number, ef = usualEf(k)): number[] {
    const wanted = this.setWidth(k, ef);
    return wanted === 0 ? [] : this.index.searchKnn(Array.from(vector), wanted).neighbors;
  }

  /**
   * The labels of the same walk that can be among the `k` nearest by exact distance: hnswlib's own distances, with 32
   * bits, say which cannot. In no order that counts.
   */
  closest(vector: Float32Array, k: number, ef = usualEf(k)): number[] {
    const wanted = this.setWidth(k, ef);
    const query = Array.from(vector);
    const asked = Math.min(wanted, k + SPARE);
    if (asked === 0) return [];
    const { neighbors, distances } = this.index.searchKnn(query, asked);
    // They come nearest first: where the last is about as far as the k-th, so may be others that were not asked for.
    const limit = Number(distances[k - 1]) * (1 + PRECISION);
    const isAll = asked === wanted || Number(distances.at(-1)) > limit;
    return isAll ? neighbors : this.index.searchKnn(query, wanted).neighbors;
  }

  /** Sets how many candidates the next walk keeps, and answers with how many that are. */
  private setWidth(k: number, ef: number): number {
    const wanted = Math.min(Math.max(ef, k), this.size);
    if (wanted > 0) this.index.setEf(wanted);
    return wanted;
  }
}
