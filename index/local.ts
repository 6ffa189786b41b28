import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { removeTemporaryFiles } from '../base/files.ts';
import { ExactIndex } from './exact.ts';
import type { Filter } from './filter/types.ts';
import type { StartFold } from './fold.ts';
import { foldOnThread } from './fold-remote.ts';
import type { GraphSnapshot } from './graph.ts';
import { type GraphOwner, writeGraphFile } from './graph-file.ts';
import { emptyGraph, type OpenedGraph, openGraph } from './graph-open.ts';
import { lockFolder } from './lock.ts';
import type { Neighbour } from './nearest.ts';
import { type PackedRecords, packedVector } from './packing.ts';
import { RecordStore, type StoredRecord } from './records.ts';
import { scoresAtLeast } from './score.ts';
import { Segments } from './segments.ts';
import { damagedRecords } from './sqlite.ts';
import type {
  FindOptions,
  Found,
  GalleryOptions,
  GalleryStatus,
  Hit,
  ListOptions,
  Page,
  RecordInfo,
  SearchOptions,
  StoredImage,
} from './types.ts';

const EMPTY: GraphSnapshot = { bytes: new Uint8Array(), count: 0, tombstones: [] };

/** A gallery on the thread that calls it. Arguments must have been checked. */
export class LocalGallery {
  private readonly options: GalleryOptions;
  private readonly graphPath: string;
  private readonly unlock: () => void;
  private readonly records: RecordStore;
  private readonly vectors: ExactIndex;
  private readonly segments: Segments;
  private readonly origin: OpenedGraph['origin'];

  /** @throws INDEX_LOCKED, INDEX_DAMAGED, MODEL_MISMATCH, INDEX_WRITE_FAILED */
  constructor(options: GalleryOptions, startFold: StartFold = foldOnThread) {
    const { directory, model, dimension } = options;
    this.options = options;
    this.graphPath = join(directory, 'graph.hnsw');
    makeFolder(directory);
    this.unlock = lockFolder(directory);
    let records: RecordStore | undefined;
    try {
      removeTemporaryFiles(directory);
      const path = join(directory, 'records.sqlite');
      expectRecords(path, [this.graphPath, `${path}-wal`]);
      records = new RecordStore(path, model, dimension);
      this.records = records;
      this.vectors = new ExactIndex(dimension, records.count);
      records.forEachVector((label, vector) => this.vectors.add(label, vector));
      const { graph, origin, generation } = this.openGraph();
      this.origin = origin;
      const owner = (): GraphOwner => this.owner();
      this.segments = new Segments({
        path: this.graphPath,
        vectors: this.vectors,
        graph,
        generation,
        owner,
        startFold,
      });
    } catch (error) {
      records?.close();
      this.unlock();
      throw error;
    }
  }

  /** @throws RECORD_EXISTS, INDEX_WRITE_FAILED, with nothing stored. */
  add(packed: PackedRecords): string[] {
    this.store(packed, false);
    return packed.heads.map(({ id }) => id);
  }

  /** Says of each record whether it took the place of another. @throws INDEX_WRITE_FAILED, with nothing stored. */
  upsert(packed: PackedRecords): boolean[] {
    return this.store(packed, true).map(({ replaced }) => replaced !== undefined);
  }

  remove(id: string): boolean {
    const label = this.records.delete(id);
    if (label === undefined) return false;
    this.segments.remove(label);
    this.segments.foldWhenDue();
    return true;
  }

  get(id: string): RecordInfo | undefined {
    return this.records.find(id);
  }

  image(id: string): StoredImage | undefined {
    return this.records.image(id);
  }

  vector(id: string): Float32Array | undefined {
    const label = this.records.labelOf(id);
    return label === undefined ? undefined : this.vectors.vector(label);
  }

  search(vector: Float32Array, options: SearchOptions): Hit[] {
    return this.find(vector, { ...options, behind: 0 }).hits;
  }

  find(vector: Float32Array, { k, behind, exact, ef, filter, minScore = -1 }: FindOptions): Found & { hits: Hit[] } {
    const among = filter && this.records.matching(filter);
    const found = this.segments.find(vector, { k: k + behind, exact, ef, among });
    const list = found.slice(0, k).filter(({ distance }) => scoresAtLeast(distance, minScore));
    const after = this.vectors.pack(found.slice(k).map(({ label }) => label));
    return {
      hits: this.hits(list),
      behind: Array.from({ length: Math.max(0, found.length - k) }, (_, i) => this.rowOf(after, i)),
      generation: this.segments.generation,
    };
  }

  list(options: ListOptions): Page {
    return this.records.list(options);
  }

  count(filter?: Filter): number {
    return filter === undefined ? this.records.count : this.records.countMatching(filter);
  }

  sample(count: number): Hit[] {
    const labels = this.vectors.sortedLabels();
    const size = Math.min(count, labels.length);
    const spread = Array.from({ length: size }, (_, i) =>
      Number(labels[Math.floor(((i + 0.5) * labels.length) / size)]),
    );
    const neighbours = spread.map((label) => ({ label, distance: 0 }));
    // What lies all over the gallery is not what searches find again and again.
    return this.hits(neighbours, false);
  }

  status(): GalleryStatus {
    const { model, dimension } = this.options;
    const { count, sequence } = this.records;
    const { generation, freshCount: fresh, isFolding: folding, fault } = this.segments;
    return { model, dimension, count, sequence, graph: this.origin, generation, fresh, folding, fault };
  }

  /** Folds what the graph's file does not cover. @throws INDEX_WRITE_FAILED, with the old file in place; SHUTTING_DOWN */
  save(): Promise<void> {
    return this.segments.fold();
  }

  /** Lets go of the files, after a fold that is on its way has stopped. What was not folded is fresh at the next start. */
  async close(): Promise<void> {
    if (this.segments.isFolding) await this.segments.stop();
    this.records.close();
    this.unlock();
  }

  /** In memory only what is on disk: the records first. */
  private store(packed: PackedRecords, replace: boolean): StoredRecord[] {
    const count = packed.heads.length;
    if (count === 0) return [];
    this.vectors.reserve(count);
    const stored = this.records.insert(packed, replace);
    for (const [i, { label, replaced }] of stored.entries()) {
      const vector = packedVector(packed, i, this.options.dimension);
      if (replaced !== undefined) this.segments.remove(replaced);
      this.segments.add(label, vector);
    }
    this.segments.foldWhenDue();
    return stored;
  }

  private rowOf(packed: Float32Array, row: number): Float32Array {
    const { dimension } = this.options;
    return packed.subarray(row * dimension, (row + 1) * dimension);
  }

  private hits(neighbours: readonly Neighbour[], keep = true): Hit[] {
    const labels = neighbours.map(({ label }) => label);
    const packed = this.vectors.pack(labels);
    const vectorOf = (rank: number): Float32Array => this.rowOf(packed, rank);
    const records = this.records.select(labels, vectorOf, keep);
    return records.map((record, rank) => ({
      ...record,
      distance: Number(neighbours[rank]?.distance),
      vector: vectorOf(rank),
    }));
  }

  /** An unusable graph is replaced on disk by an empty one: a folder with a graph and without records has lost them. */
  private openGraph(): OpenedGraph {
    const { dimension, rebuild = false } = this.options;
    const opened = rebuild ? emptyGraph(dimension) : openGraph(this.graphPath, this.owner(), this.vectors);
    if (opened.origin === 'opened') return opened;
    writeGraphFile(this.graphPath, this.owner(), EMPTY);
    return this.vectors.count === 0 ? { ...opened, generation: this.records.sequence } : opened;
  }

  private owner(): GraphOwner {
    const { model, dimension } = this.options;
    return { identity: this.records.identity, model, dimension, sequence: this.records.sequence };
  }
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw new HoldfastError('INDEX_WRITE_FAILED', `${directory} cannot be made: ${String(cause)}`, { cause });
  }
}

/** A folder that lost its records is no new gallery. @throws INDEX_DAMAGED */
function expectRecords(path: string, companions: readonly string[]): void {
  const left = companions.find((companion) => existsSync(companion));
  if (!existsSync(path) && left !== undefined) throw damagedRecords(path, `it is gone, and ${left} is there`);
}
