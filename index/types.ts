import type { SerializedError } from '../base/errors.ts';
import type { Filter } from './filter/types.ts';
import type { WriteWatch } from './write-watch.ts';

export type { Filter } from './filter/types.ts';

/** Metadata of a record: what the application wants back. Plain JSON. */
export type Metadata = Readonly<Record<string, unknown>>;

/** What a gallery stores of an image. */
export interface NewRecord {
  /** Chosen by the caller; a random UUID otherwise. 1 to 128 of letters, digits, dot, dash, underscore and colon. */
  readonly id?: string;
  readonly label?: string | null;
  readonly metadata?: Metadata | null;
  /** Unit length, `dimension` finite numbers. */
  readonly vector: Float32Array;
  readonly image: StoredImage;
  /** Of a copy, that of its original; the moment of the write otherwise. ISO 8601 in UTC with milliseconds. */
  readonly createdAt?: string | undefined;
}

export interface StoredImage {
  /** A media type such as image/png. */
  readonly type: string;
  readonly bytes: Uint8Array;
  /** What tells how it looks: a hash of 64 bits as 16 hexadecimal digits, of whoever stored it. Kept and given back. */
  readonly look?: string | undefined;
}

/** A record without its image and vector. */
export interface RecordInfo {
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Metadata | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface Hit extends RecordInfo {
  /** Euclidean distance of unit vectors, 0..2. */
  readonly distance: number;
  readonly vector: Float32Array;
}

export interface SearchOptions {
  /** How many hits to return, at least 1; fewer come back only from a smaller gallery. */
  readonly k: number;
  /** Scan every vector instead of walking the graph. */
  readonly exact?: boolean;
  /** How many candidates the walk over the graph keeps, at least `k` of them: more find more and take longer. */
  readonly ef?: number;
  /** Only records whose metadata pass. Where few do, those are scanned, so that none is missed. */
  readonly filter?: Filter;
  /** Only hits of at least this cosine similarity to a query of unit length, -1..1. */
  readonly minScore?: number;
}

export interface FindOptions extends SearchOptions {
  /** How many of those that come after the first `k` are wanted as vectors alone. */
  readonly behind: number;
}

/** A list with what lies behind it, as it was at one moment. */
export interface Found {
  /** Of the first `k`, those of at least `minScore`. */
  readonly hits: readonly Hit[];
  /** The vectors that come after the first `k`, nearest first. */
  readonly behind: readonly Float32Array[];
  /** The sequence that the graph covered, as in `GalleryStatus`. */
  readonly generation: number;
}

/** A part of a query: positive weights draw towards the vector, negative ones push away. */
export interface WeightedVector {
  readonly vector: Float32Array;
  readonly weight: number;
}

export interface ListOptions {
  /** How many records at the most, at least 1. */
  readonly limit: number;
  /** The cursor of the page before. */
  readonly cursor?: string;
  readonly filter?: Filter;
}

/** Some records in the order of their ids. */
export interface Page {
  readonly records: readonly RecordInfo[];
  /** Where the next page begins; null after the last record. */
  readonly next: string | null;
}

/** What became of a record of an upsert. */
export type UpsertOutcome =
  | { readonly id: string; readonly status: 'created' | 'replaced' }
  | { readonly id: string | null; readonly status: 'refused'; readonly error: SerializedError };

export interface GalleryOptions {
  /** The folder of this gallery; made when missing. One process at a time. */
  readonly directory: string;
  /** The model version whose vectors it holds. A gallery made by another one is refused (MODEL_MISMATCH). */
  readonly model: string;
  readonly dimension: number;
  /** Build the graph anew from the records instead of reading its file. */
  readonly rebuild?: boolean;
}

/** What a running gallery says of itself. */
export interface GalleryStatus {
  readonly model: string;
  readonly dimension: number;
  readonly count: number;
  /** Grows with each acknowledged write. */
  readonly sequence: number;
  /** `opened` from its file or `built` from the records. */
  readonly graph: 'opened' | 'built';
  /** The sequence that the present generation of the graph covers; -1 before the first. */
  readonly generation: number;
  /** Vectors that are not in the graph yet and are scanned. */
  readonly fresh: number;
  /** Whether the next generation is on its way. */
  readonly folding: boolean;
  /** Why the last attempt at a generation failed, until one succeeds. */
  readonly fault: SerializedError | undefined;
}

/**
 * Vectors and records that are never lost: an acknowledged write is on disk and can be found.
 *
 * Embedded, SQLite holds the truth; the HNSW graph is derived from it. All work is done on a thread of its own, one
 * operation at a time in the order of the calls, and the graph's next generation is made on another. Shared, the stores
 * are other processes (shared/types.ts), and calls that are not waited for may be done in any order.
 */
export interface Gallery {
  /** Stores all records or none, and answers with their ids in order. @throws RECORD_EXISTS, VECTOR_INVALID, INDEX_WRITE_FAILED */
  add(records: readonly NewRecord[]): Promise<string[]>;
  /**
   * Stores each record that is valid, in order, in place of the one that has its id; says of each what became of it. A
   * replaced record is gone and its successor there at once. @throws INDEX_WRITE_FAILED with nothing stored
   */
  upsert(records: readonly NewRecord[]): Promise<UpsertOutcome[]>;
  /** Whether there was such a record. */
  remove(id: string): Promise<boolean>;
  get(id: string): Promise<RecordInfo | undefined>;
  image(id: string): Promise<StoredImage | undefined>;
  /** A copy of the embedding of a record. */
  vector(id: string): Promise<Float32Array | undefined>;
  /**
   * Nearest first; equal distances by age. Several weighted vectors are one query (`combineQueries`).
   * @throws VECTOR_INVALID, REQUEST_INVALID
   */
  search(query: Float32Array | readonly WeightedVector[], options: SearchOptions): Promise<Hit[]>;
  /** The same list with the vectors of those behind it. @throws VECTOR_INVALID, REQUEST_INVALID */
  find(query: Float32Array, options: FindOptions): Promise<Found>;
  /**
   * The records in the order of their ids, page by page. What is there from the first page to the last comes exactly
   * once, whatever is written meanwhile. @throws REQUEST_INVALID
   */
  list(options: ListOptions): Promise<Page>;
  /** How many records there are, or pass the filter. @throws REQUEST_INVALID */
  count(filter?: Filter): Promise<number>;
  /** Up to `count` records spread evenly over the gallery in a fixed order, with their vectors. */
  sample(count: number): Promise<Hit[]>;
  /** Notes which records are written or removed from now on, and those that are at this moment. */
  watch(): Promise<WriteWatch>;
  status(): Promise<GalleryStatus>;
  /**
   * Folds all that was written so far into the graph and its file, in the background; other calls go on.
   * @throws INDEX_WRITE_FAILED with the old file in place; SHUTTING_DOWN when the gallery is closed meanwhile
   */
  save(): Promise<void>;
  /** Resolves with the cause when the thread ends without `close`; never otherwise. */
  readonly failed: Promise<Error>;
  /** Finishes what was asked, gives up a fold and ends the thread. What was not folded is found by the next start. */
  close(): Promise<void>;
}
