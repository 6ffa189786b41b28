import type { Filter } from './filter/types.ts';
import type { PackedRecords } from './packing.ts';
import type {
  FindOptions,
  Found,
  GalleryStatus,
  Hit,
  ListOptions,
  Page,
  RecordInfo,
  SearchOptions,
  StoredImage,
} from './types.ts';
import type { WriteWatch } from './write-watch.ts';

/** What does the work of a `Gallery`, whose calls have been checked. */
export interface GalleryBackend {
  /** @throws RECORD_EXISTS with nothing stored */
  add(packed: PackedRecords): Promise<string[]>;
  /** Whether each record took the place of another. */
  upsert(packed: PackedRecords): Promise<boolean[]>;
  remove(id: string): Promise<boolean>;
  get(id: string): Promise<RecordInfo | undefined>;
  image(id: string): Promise<StoredImage | undefined>;
  vector(id: string): Promise<Float32Array | undefined>;
  search(vector: Float32Array, options: SearchOptions): Promise<Hit[]>;
  find(vector: Float32Array, options: FindOptions): Promise<Found>;
  list(options: ListOptions): Promise<Page>;
  count(filter: Filter | undefined): Promise<number>;
  sample(count: number): Promise<Hit[]>;
  /** As `Gallery.watch`, where others write to the same records; where nobody does, what is written here is all. */
  watch?(): Promise<WriteWatch>;
  status(): Promise<GalleryStatus>;
  save(): Promise<void>;
  /** Is called once, and no other call after it. */
  close(): Promise<void>;
}
