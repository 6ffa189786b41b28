/** Neighbours that a search returns. */
export const K = 10;

/** What a peer is started with. */
export interface PeerSettings {
  /** The folder of `vectors.f32`, rows of float32 one after the other. */
  readonly data: string;
  /** The file of the queries, alike. */
  readonly queriesFile: string;
  /** Where the peer keeps what it built. */
  readonly own: string;
  readonly count: number;
  readonly dimension: number;
  readonly m: number;
  readonly efConstruction: number;
}

/** What a peer can be asked. Each process measures its own processor time. */
export interface Operations {
  /** Makes the index of all vectors, on disk. */
  build: { argument: undefined; result: Cost };
  /** Makes the graph anew from what is stored beside it; of Holdfast alone. */
  rebuild: { argument: undefined; result: Cost };
  /** Opens what was built: before the first search. */
  open: { argument: undefined; result: Opened };
  /** Searches with one query after the other on one thread. */
  search: { argument: { readonly ef: number }; result: Searches };
}

export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface Opened extends Cost {
  /** By how much the resident memory grew, in bytes. */
  readonly resident: number;
  /** Bytes on disk. */
  readonly disk: number;
}

export interface Searches extends Cost {
  /** `K` row numbers for each query, nearest first. */
  readonly rows: readonly number[];
}

export type OperationName = keyof Operations;
export type Argument<N extends OperationName> = Operations[N]['argument'];
export type Result<N extends OperationName> = Operations[N]['result'];
