import { HoldfastError } from '../../base/errors.ts';
import type { Gallery, Metadata, NewRecord, StoredImage } from '../../index/types.ts';
import { differenceHash } from '../duplicates/difference-hash.ts';
import type { Services } from '../lifecycle.ts';
import type { Priority } from '../model/types.ts';
import { readPixels } from '../picture.ts';

/** A record to be, as it comes from a data set or another gallery. */
export interface Source {
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Metadata | null;
  /** Of a copy, that of its original. */
  readonly createdAt?: string;
  /** Its picture: a file that decodes to the same pixels each time. Undefined when the record went away since; it is left out. */
  image(): Promise<StoredImage | undefined>;
}

type Pictured = readonly [source: Source, image: StoredImage];

/** How many records share a transaction. */
const CHUNK = 64;

/**
 * Embeds and stores records in their order, chunk by chunk; those that are there already are skipped, so that a fill
 * that was killed goes on where it stopped.
 * @param onProgress is told how many have been looked at.
 * @param priority of the embedding: a fill of a gallery that is in use waits behind its searches.
 * @returns how many were added.
 * @throws the signal's reason, between two chunks.
 */
export async function ingest(
  sources: Iterable<Source> | AsyncIterable<Source>,
  services: Services,
  onProgress: (done: number) => void,
  signal: AbortSignal,
  priority: Priority = 'probe',
): Promise<number> {
  let [added, done] = [0, 0];
  for await (const chunk of chunksOf(sources, CHUNK)) {
    signal.throwIfAborted();
    added += await addMissing(chunk, services, priority);
    done += chunk.length;
    onProgress(done);
  }
  return added;
}

async function* chunksOf<T>(values: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const value of values) {
    chunk.push(value);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Another server may fill the same gallery, and be ahead with some of them. */
async function addMissing(sources: readonly Source[], services: Services, priority: Priority): Promise<number> {
  const { gallery } = services;
  for (;;) {
    const missing = await selectMissing(sources, gallery);
    if (missing.length === 0) return 0;
    try {
      return (await gallery.add(await embedAll(missing, services, priority))).length;
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'RECORD_EXISTS')) throw error;
    }
  }
}

async function selectMissing(sources: readonly Source[], gallery: Gallery): Promise<Source[]> {
  const there = await Promise.all(sources.map(({ id }) => gallery.get(id)));
  return sources.filter((_, i) => there[i] === undefined);
}

async function embedAll(
  sources: readonly Source[],
  { model, manifest }: Services,
  priority: Priority,
): Promise<NewRecord[]> {
  const pictured = (await Promise.all(sources.map(withPicture))).flat();
  const pictures = await Promise.all(pictured.map(([, { bytes }]) => readPixels(bytes, manifest.preprocessing)));
  const vectors = await model.embed(pictures, { priority });
  return pictured.map(([{ id, label, metadata, createdAt }, image], i) => {
    return { id, label, metadata, createdAt, image, vector: vectors[i] ?? new Float32Array() };
  });
}

async function withPicture(source: Source): Promise<Pictured[]> {
  const image = await source.image();
  if (image === undefined) return [];
  return [[source, { ...image, look: image.look ?? (await differenceHash(image.bytes)) }]];
}
