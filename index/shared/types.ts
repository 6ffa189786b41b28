import type { Filter } from '../filter/types.ts';
import type { ListOptions, Metadata, Page, RecordInfo, StoredImage } from '../types.ts';

/*
 * A shared gallery is put together from three stores. Each record has a label: a number that no other record of the
 * gallery gets, ever. A record that is replaced gets a new one, so what a store keeps under a label never changes, and
 * servers that write at once cannot overwrite each other's.
 */

/** What a store of vectors is given of a record. */
export interface VectorEntry {
  readonly label: number;
  /** Unit length. */
  readonly vector: Float32Array;
  readonly metadata: Metadata | null;
}

export interface VectorSearch {
  /** How many labels at the most, at least 1. */
  readonly k: number;
  /** How many candidates the walk keeps, where there is one; the store's own choice when undefined. */
  readonly ef?: number | undefined;
  /** Only records that pass. Some that do not may come too, at the cost of others: the gallery looks again. */
  readonly filter?: Filter | undefined;
}

/**
 * Where the nearest vectors of one gallery are looked for. Derived from the records: it can be made anew from them, may
 * hold labels that are gone, and its distances are measured again from the records.
 * All throw STORE_UNAVAILABLE when the store cannot be reached.
 */
export interface VectorStore {
  /** The kind, as the gallery remembers it: `pgvector`, `redis`. */
  readonly kind: string;
  /** Stores entries, some of which may be there already; resolves when as many copies have them as configured. */
  put(entries: readonly VectorEntry[]): Promise<void>;
  /** Removes those that are there. */
  remove(labels: readonly number[]): Promise<void>;
  /** The labels of the nearest, nearest first. @param query of unit length */
  search(query: Float32Array, options: VectorSearch): Promise<number[]>;
  /** How many vectors it has, those of records that are gone among them. */
  count(): Promise<number>;
  /** Removes everything of this gallery. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The gallery that a store of vectors or pictures is opened for. */
export interface StoreOwner {
  /** The UUID of the gallery; one that is made anew under its old name has another. */
  readonly identity: string;
  readonly dimension: number;
}

export type OpenVectorStore = (owner: StoreOwner) => Promise<VectorStore>;

/** Where the pictures of one gallery are. All throw STORE_UNAVAILABLE when the store cannot be reached. */
export interface ImageStore {
  /** Resolves when the picture is durable. */
  put(label: number, image: StoredImage): Promise<void>;
  /** Undefined where there is none. */
  get(label: number): Promise<StoredImage | undefined>;
  /** Removes those that are there. */
  remove(labels: readonly number[]): Promise<void>;
  close(): Promise<void>;
}

export type OpenImageStore = (owner: StoreOwner) => Promise<ImageStore>;

/**
 * A label whose vector and picture have to be made to agree with the records: put where the record is there, removed
 * where it is not. It is committed before another store is written to and ends when they agree, so that a write that was
 * interrupted is found and completed by whichever server sees it.
 */
export interface Task {
  readonly task: number;
  readonly label: number;
}

/** A record on its way to the records; its picture is stored already. */
export interface RecordToStore {
  readonly id: string;
  readonly label: string | null;
  /** JSON. */
  readonly metadata: string | null;
  /** Null for the moment of the write. */
  readonly createdAt: string | null;
  readonly vector: Float32Array;
}

/** A record with what a search needs of it. */
export interface FoundRecord {
  readonly label: number;
  readonly info: RecordInfo;
  readonly vector: Float32Array;
}

/** What an insertion did: which records took the place of another, and the tasks of all labels that it touched. */
export interface Inserted {
  readonly replaced: readonly boolean[];
  readonly tasks: readonly Task[];
  /** The records that are there now: of an id that was given twice, the last. */
  readonly entries: readonly VectorEntry[];
}

export interface RecordsState {
  readonly count: number;
  /** Grows with each write. */
  readonly sequence: number;
  /** The kind of the store that has the vectors; null before the first. */
  readonly vectors: string | null;
  /** Whether that store has them all; they are being put into it when not. */
  readonly whole: boolean;
  /** The labels whose tasks are not done. */
  readonly pending: readonly number[];
}

/**
 * The truth of a shared gallery. Writes are transactions, one at a time per gallery; a write that resolves is on disk.
 * All throw STORE_UNAVAILABLE when the store cannot be reached, and writes INDEX_WRITE_FAILED when its disk is full and GALLERY_CLOSED
 * when who opened them may not write any more.
 */
export interface SharedRecords extends StoreOwner {
  readonly model: string;
  state(): Promise<RecordsState>;
  /** How many tasks there are, at most `limit`. */
  countTasks(limit: number): Promise<number>;
  /** Gives out labels, each with a task. */
  reserve(count: number): Promise<Task[]>;
  /**
   * Stores all records or none under the labels of their tasks. One whose id is taken is refused, or takes the other's
   * place (`replace`). Undefined, with nothing stored, when a task was claimed meanwhile. @throws RECORD_EXISTS
   */
  insert(tasks: readonly Task[], records: readonly RecordToStore[], replace: boolean): Promise<Inserted | undefined>;
  /** Removes a record; what has to be done about its label, undefined when there was none. */
  delete(id: string): Promise<Task | undefined>;
  /** Takes tasks over that are older than `seconds`, and makes them young again. */
  claim(seconds: number, limit: number): Promise<Task[]>;
  /** Ends the tasks for which the records are still as they were acted upon, `there` or gone; answers with the others. */
  finish(tasks: readonly Task[], there: readonly number[]): Promise<Task[]>;
  /** What is there of the labels. */
  entries(labels: readonly number[]): Promise<VectorEntry[]>;
  /** The first `limit` entries beyond a label, by label. */
  entriesAfter(label: number, limit: number): Promise<VectorEntry[]>;
  find(id: string): Promise<RecordInfo | undefined>;
  labelOf(id: string): Promise<number | undefined>;
  /** The ids of the records that were written or removed after a sequence; undefined where they are more than `most`, or were not noted. */
  changedAfter(sequence: number, most: number): Promise<ReadonlySet<string> | undefined>;
  /** The records of labels that are there, and all that were written after a sequence. */
  candidates(labels: readonly number[], after: number): Promise<FoundRecord[]>;
  /** How many records there are that pass, at most `limit`. */
  countPassing(filter: Filter, limit?: number): Promise<number>;
  list(options: ListOptions): Promise<Page>;
  /** Visits the vectors of all records that pass, by label. */
  scan(filter: Filter | undefined, visit: (label: number, vector: Float32Array) => void): Promise<void>;
  /** Up to `count` records spread evenly over the labels; all of them when there are no more. */
  sample(count: number): Promise<FoundRecord[]>;
  /** Begins to put all vectors into a store of this kind, for this server alone. False when another one does. */
  beginLoad(kind: string, loader: string): Promise<boolean>;
  /** Holds on to a load. False when another server has taken it over. */
  keepLoad(loader: string): Promise<boolean>;
  /** The store has everything. False when another server has taken the load over. */
  endLoad(loader: string): Promise<boolean>;
}

/** The stores of one gallery. */
export interface Stores {
  readonly records: SharedRecords;
  readonly vectors: VectorStore;
  readonly images: ImageStore;
}
