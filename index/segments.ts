import { HoldfastError, type SerializedError, serializeError } from '../base/errors.ts';
import { Doubles } from './doubles.ts';
import type { ExactIndex } from './exact.ts';
import { type FindOptions, findNearest } from './find.ts';
import type { Folded, Folding, FoldJob, StartFold } from './fold.ts';
import { Graph } from './graph.ts';
import type { GraphOwner } from './graph-file.ts';
import type { Neighbour } from './nearest.ts';

/** A fold begins after this many writes, or this share of the graph where that is more. */
const FOLD_AFTER = 1000;
const FOLD_SHARE = 0.05;
/** Above this share of tombstones the next generation is built anew. */
const WASTE_LIMIT = 0.3;

/** So many doubles in a graph keep no walk from its way; one with more is from before they were left out, and is built anew. */
const DOUBLES_BORNE = 32;

/** What the segments are made from. */
export interface SegmentsOptions {
  /** The graph's file. */
  readonly path: string;
  readonly vectors: ExactIndex;
  /** The present generation, and the sequence of the records that its file covers. */
  readonly graph: Graph;
  readonly generation: number;
  /** Whose the graph is, with the sequence of the records as they are now. */
  readonly owner: () => GraphOwner;
  readonly startFold: StartFold;
}

/**
 * The vectors that searches see: a graph, which is never written to while it serves, and beside it the fresh vectors,
 * which are scanned. Fresh ones are folded into the next generation of the graph elsewhere; when that is done, it takes
 * the place of the present one between two searches.
 */
export class Segments {
  private readonly options: SegmentsOptions;
  private readonly vectors: ExactIndex;
  private readonly doubles: Doubles;
  private graph: Graph;
  private readonly fresh = new Set<number>();
  private covered: number;
  /** Removals that no fold has begun to see. */
  private removals = 0;
  /** Writes that a fold waits for beside the usual number, after one that failed. */
  private patience = 0;
  private folding: Folding | undefined;
  private swapped: Promise<void> = Promise.resolve();
  private stopped = false;
  private lastFault: SerializedError | undefined;

  constructor(options: SegmentsOptions) {
    const { vectors, graph, generation } = options;
    this.options = options;
    this.vectors = vectors;
    this.doubles = new Doubles(vectors);
    this.graph = graph;
    this.covered = generation;
    this.findFresh();
    if (this.isCrowded()) this.begin();
    else this.foldWhenDue();
  }

  /** The sequence of the records that the graph's file covers. */
  get generation(): number {
    return this.covered;
  }

  /** How many vectors are not in the graph. */
  get freshCount(): number {
    return this.fresh.size;
  }

  get isFolding(): boolean {
    return this.folding !== undefined;
  }

  /** Why the last fold failed, until one succeeds. */
  get fault(): SerializedError | undefined {
    return this.lastFault;
  }

  /** The vector can be found at once. Room must have been reserved. */
  add(label: number, vector: Float32Array): void {
    this.vectors.add(label, vector);
    if (!this.doubles.add(label)) this.fresh.add(label);
  }

  remove(label: number): void {
    const next = this.doubles.remove(label);
    this.vectors.remove(label);
    if (!this.fresh.delete(label) && this.graph.has(label)) this.graph.remove(label);
    if (next !== undefined && !this.graph.has(next)) this.fresh.add(next);
    this.removals++;
  }

  find(vector: Float32Array, options: FindOptions): Neighbour[] {
    const { vectors, graph, fresh, doubles } = this;
    return findNearest({ vectors, graph, fresh, doubles }, vector, options);
  }

  /** Begins a fold when enough was written and none is on its way. */
  foldWhenDue(): void {
    const due = this.patience + Math.max(FOLD_AFTER, FOLD_SHARE * this.graph.size);
    if (this.folding === undefined && this.unfolded >= due) this.begin();
  }

  /**
   * Folds until the file covers what was there at the call.
   * @throws INDEX_WRITE_FAILED, with the present generation in place; SHUTTING_DOWN when it was stopped.
   */
  async fold(): Promise<void> {
    const { sequence } = this.options.owner();
    while (this.covered < sequence) {
      if (this.stopped) throw new HoldfastError('SHUTTING_DOWN', 'the gallery is being closed');
      if (this.folding === undefined) this.begin();
      await this.swapped;
      if (this.lastFault !== undefined) throw new HoldfastError(this.lastFault.code, this.lastFault.message);
    }
  }

  /** Gives up the fold that is on its way and begins no other. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.folding?.stop();
    await this.swapped;
  }

  private get unfolded(): number {
    return this.fresh.size + this.removals;
  }

  private begin(): void {
    if (this.stopped) return;
    const job = this.job();
    this.removals = 0;
    this.patience = 0;
    this.lastFault = undefined;
    this.folding = this.options.startFold(job);
    this.swapped = this.finish(this.folding);
  }

  /** A present generation that could not be read by the last fold is not gone on from. */
  private job(): FoldJob {
    const { path, owner } = this.options;
    const readable = this.graph.size > 0 && this.lastFault?.code !== 'INDEX_DAMAGED';
    const keep = readable && this.graph.wasted <= WASTE_LIMIT && !this.isCrowded();
    const labels = keep
      ? [...this.fresh].sort((a, b) => a - b)
      : this.vectors.sortedLabels().filter((label) => !this.doubles.isDouble(label));
    return { path, owner: owner(), keep, gone: this.graph.goneLabels(), labels, vectors: this.vectors.pack(labels) };
  }

  private async finish(folding: Folding): Promise<void> {
    try {
      const folded = await folding.done;
      if (folded !== undefined) await this.swap(folded);
    } catch (error) {
      this.lastFault = serializeError(error);
      this.patience = this.unfolded;
    } finally {
      this.folding = undefined;
    }
    this.foldWhenDue();
  }

  /** What was removed meanwhile becomes a tombstone of the new graph; what was added meanwhile stays fresh. */
  private async swap({ scratch, sequence, ...written }: Folded): Promise<void> {
    const graph = await Graph.load(this.vectors.dimension, scratch, written);
    for (const label of graph.liveLabels()) if (!this.vectors.has(label)) graph.remove(label);
    this.graph = graph;
    this.covered = sequence;
    this.findFresh();
  }

  private findFresh(): void {
    this.fresh.clear();
    for (const label of this.vectors.allLabels())
      if (!this.graph.has(label) && !this.doubles.isDouble(label)) this.fresh.add(label);
  }

  private isCrowded(): boolean {
    if (!this.doubles.exist) return false;
    return this.graph.liveLabels().filter((label) => this.doubles.isDouble(label)).length > DOUBLES_BORNE;
  }
}
