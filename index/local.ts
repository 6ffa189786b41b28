import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { removeTemporaryFiles } from '../base/files.ts';
import { ExactIndex } from './exact.ts';
import type { Graph } from './graph.ts';
import { type GraphOwner, writeGraphFile } from './graph-file.ts';
import { buildGraph, type OpenedGraph, openGraph } from './graph-open.ts';
import { lockFolder } from './lock.ts';
import type { Neighbour } from './nearest.ts';
import { type PackedRecords, unpackRecords } from './packing.ts';
import { RecordStore } from './records.ts';
import { damagedRecords } from './sqlite.ts';
import type { GalleryOptions, GalleryStatus, Hit, RecordInfo, SearchOptions, StoredImage } from './types.ts';
import { isUnit } from './validation.ts';

/** Up to this many vectors a scan is as fast as the graph, and exact. */
const SCAN_UP_TO = 1000;
/** Above this share of tombstones a save builds the graph anew. */
const WASTE_LIMIT = 0.3;

/** A gallery on the thread that calls it. Arguments must have been checked. */
export class LocalGallery {
  private readonly options: GalleryOptions;
  private readonly graphPath: string;
  private readonly unlock: () => void;
  private readonly records: RecordStore;
  private readonly vectors: ExactIndex;
  private graph: Graph;
  private readonly origin: OpenedGraph['origin'];
  /** The sequence that the graph's file covers. */
  private saved: number;

  /** @throws INDEX_LOCKED, INDEX_DAMAGED, MODEL_MISMATCH, INDEX_WRITE_FAILED */
  constructor(options: GalleryOptions) {
    const { directory, model, dimension, rebuild = false } = options;
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
      const opened: OpenedGraph = rebuild
        ? { graph: buildGraph(this.vectors), origin: 'built', saved: -1 }
        : openGraph(this.graphPath, this.owner(), this.vectors);
      this.graph = opened.graph;
      this.origin = opened.origin;
      this.saved = opened.saved;
      if (opened.origin === 'built') this.save();
    } catch (error) {
      records?.close();
      this.unlock();
      throw error;
    }
  }

  /** @throws RECORD_EXISTS, INDEX_WRITE_FAILED, with nothing stored. */
  add(packed: PackedRecords): string[] {
    const count = packed.heads.length;
    if (count === 0) return [];
    this.vectors.reserve(count);
    this.graph.reserve(count);
    const labels = this.records.insert(packed);
    let stored = 0;
    for (const { vector } of unpackRecords(packed, this.options.dimension)) {
      const label = Number(labels[stored++]);
      this.vectors.add(label, vector);
      this.graph.add(label, vector);
    }
    return packed.heads.map(({ id }) => id);
  }

  remove(id: string): boolean {
    const label = this.records.delete(id);
    if (label === undefined) return false;
    this.vectors.remove(label);
    this.graph.remove(label);
    return true;
  }

  get(id: string): RecordInfo | undefined {
    return this.records.find(id);
  }

  image(id: string): StoredImage | undefined {
    return this.records.image(id);
  }

  search(vector: Float32Array, { k, exact = false }: SearchOptions): Hit[] {
    return this.hits(this.nearest(vector, Math.min(k, this.vectors.count), exact));
  }

  sample(count: number): Hit[] {
    const labels = this.vectors.sortedLabels();
    const size = Math.min(count, labels.length);
    const spread = Array.from({ length: size }, (_, i) =>
      Number(labels[Math.floor(((i + 0.5) * labels.length) / size)]),
    );
    return this.hits(spread.map((label) => ({ label, distance: 0 })));
  }

  status(): GalleryStatus {
    const { model, dimension } = this.options;
    return { model, dimension, count: this.records.count, sequence: this.records.sequence, graph: this.origin };
  }

  /** Writes the graph's file if a write happened since. @throws INDEX_WRITE_FAILED, with the old file in place. */
  save(): void {
    if (this.saved === this.records.sequence) return;
    if (this.graph.wasted > WASTE_LIMIT) this.graph = buildGraph(this.vectors);
    writeGraphFile(this.graphPath, this.owner(), this.graph.snapshot(`${this.graphPath}.write.part`));
    this.saved = this.records.sequence;
  }

  /** Saves, and lets go of the files even when that fails. @throws INDEX_WRITE_FAILED */
  close(): void {
    try {
      this.save();
    } finally {
      this.records.close();
      this.unlock();
    }
  }

  /** The graph proposes; where it is no gain, or finds too few, every vector is looked at. */
  private nearest(vector: Float32Array, k: number, exact: boolean): Neighbour[] {
    const { count } = this.vectors;
    if (exact || count <= SCAN_UP_TO || k > count / 4 || !isUnit(vector)) return this.vectors.nearest(vector, k);
    const candidates = this.graph.candidates(vector, k);
    return this.vectors.nearest(vector, k, candidates.length < k ? undefined : candidates);
  }

  private hits(neighbours: readonly Neighbour[]): Hit[] {
    const records = this.records.select(neighbours.map(({ label }) => label));
    return neighbours.flatMap(({ label, distance }, rank) => {
      const record = records[rank];
      return record === undefined ? [] : [{ ...record, distance, vector: this.vectors.vector(label) }];
    });
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
