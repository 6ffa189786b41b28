import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { removeTemporaryFiles } from '../base/files.ts';
import { ExactIndex } from './exact.ts';
import type { Filter } from './filter/types.ts';
import { findNearest } from './find.ts';
import type { Graph } from './graph.ts';
import { type GraphOwner, writeGraphFile } from './graph-file.ts';
import { buildGraph, type OpenedGraph, openGraph } from './graph-open.ts';
import { lockFolder } from './lock.ts';
import type { Neighbour } from './nearest.ts';
import { type PackedRecords, packedVector } from './packing.ts';
import { RecordStore, type StoredRecord } from './records.ts';
import { scoreOf } from './score.ts';
import { damagedRecords } from './sqlite.ts';
import type {
  GalleryOptions,
  GalleryStatus,
  Hit,
  ListOptions,
  Page,
  RecordInfo,
  SearchOptions,
  StoredImage,
} from './types.ts';

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
    this.forget(label);
    return true;
  }

  get(id: string): RecordInfo | undefined {
    return this.records.find(id);
  }

  image(id: string): StoredImage | undefined {
    return this.records.image(id);
  }

  search(vector: Float32Array, { k, exact, ef, filter, minScore = -1 }: SearchOptions): Hit[] {
    const among = filter && this.records.matching(filter);
    const found = findNearest({ vectors: this.vectors, graph: this.graph }, vector, { k, exact, ef, among });
    return this.hits(minScore > -1 ? found.filter(({ distance }) => scoreOf(distance) >= minScore) : found);
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

  /** In memory only what is on disk: the records first. */
  private store(packed: PackedRecords, replace: boolean): StoredRecord[] {
    const count = packed.heads.length;
    if (count === 0) return [];
    this.vectors.reserve(count);
    this.graph.reserve(count);
    const stored = this.records.insert(packed, replace);
    for (const [i, { label, replaced }] of stored.entries()) {
      const vector = packedVector(packed, i, this.options.dimension);
      if (replaced !== undefined) this.forget(replaced);
      this.vectors.add(label, vector);
      this.graph.add(label, vector);
    }
    return stored;
  }

  private forget(label: number): void {
    this.vectors.remove(label);
    this.graph.remove(label);
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
