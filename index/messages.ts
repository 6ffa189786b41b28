import type { SerializedError } from '../base/errors.ts';
import type { Filter } from './filter/types.ts';
import type { PackedRecords } from './packing.ts';
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

/** What the index thread can be asked, by name: the argument that crosses over and the result that comes back. */
export interface Operations {
  open: { argument: GalleryOptions; result: undefined };
  add: { argument: PackedRecords; result: string[] };
  /** Whether each record took the place of another. */
  upsert: { argument: PackedRecords; result: boolean[] };
  remove: { argument: string; result: boolean };
  get: { argument: string; result: RecordInfo | undefined };
  image: { argument: string; result: StoredImage | undefined };
  vector: { argument: string; result: Float32Array | undefined };
  search: { argument: { vector: Float32Array; options: SearchOptions }; result: Hit[] };
  find: { argument: { vector: Float32Array; options: FindOptions }; result: Found };
  list: { argument: ListOptions; result: Page };
  count: { argument: Filter | undefined; result: number };
  sample: { argument: number; result: Hit[] };
  status: { argument: undefined; result: GalleryStatus };
  save: { argument: undefined; result: undefined };
  close: { argument: undefined; result: undefined };
}

export type OperationName = keyof Operations;
export type Argument<N extends OperationName> = Operations[N]['argument'];
export type Result<N extends OperationName> = Operations[N]['result'];

/** A question to the thread. Questions are answered one at a time, in order. */
export type Request<N extends OperationName = OperationName> = {
  [K in N]: { readonly number: number; readonly name: K; readonly argument: Argument<K> };
}[N];

/** The answer to the request of that number. */
export type Response =
  | { readonly number: number; readonly result: Result<OperationName> }
  | { readonly number: number; readonly error: SerializedError };
