import { HoldfastError } from '../../base/errors.ts';
import type { Gallery, Metadata, StoredImage } from '../../index/types.ts';
import { differenceHash } from '../duplicates/difference-hash.ts';
import type { Services } from '../lifecycle.ts';
import { readPicture } from '../picture.ts';

/** A record to be, as it comes from a data set or another gallery. */
export interface Source {
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Metadata | null;
  /** Its picture: a file that decodes to the same pixels each time. */
  image(): Promise<StoredImage>;
}

/** How many records share a transaction. */
const CHUNK = 64;

/**
 * Embeds and stores records in their order, chunk by chunk; those that are there already are skipped, so that a fill
 * that was killed goes on where it stopped.
 * @returns how many were added.
 * @throws the signal's reason, between two chunks.
 */
export async function ingest(
  sources: readonly Source[],
  services: Services,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<number> {
  let added = 0;
  for (let start = 0; start < sources.length; start += CHUNK) {
    signal.throwIfAborted();
    added += await addMissing(sources.slice(start, start + CHUNK), services);
    onProgress(Math.min(start + CHUNK, sources.length), sources.length);
  }
  return added;
}

/** Another server may fill the same gallery, and be ahead with some of them. */
async function addMissing(sources: readonly Source[], services: Services): Promise<number> {
  const { gallery } = services;
  for (;;) {
    const missing = await selectMissing(sources, gallery);
    if (missing.length === 0) return 0;
    try {
      return (await gallery.add(await embedAll(missing, services))).length;
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'RECORD_EXISTS')) throw error;
    }
  }
}

async function selectMissing(sources: readonly Source[], gallery: Gallery): Promise<Source[]> {
  const there = await Promise.all(sources.map(({ id }) => gallery.get(id)));
  return sources.filter((_, i) => there[i] === undefined);
}

async function embedAll(sources: readonly Source[], { model, manifest }: Services) {
  const images = await Promise.all(sources.map(withLook));
  const pictures = await Promise.all(images.map(({ bytes }) => readPicture(bytes, manifest.preprocessing)));
  // A fill of a gallery that is in use waits behind its searches.
  const vectors = await model.embed(
    pictures.map(({ pixels }) => pixels),
    { priority: 'probe' },
  );
  return sources.map(({ id, label, metadata }, i) => ({
    id,
    label,
    metadata,
    vector: vectors[i] as Float32Array,
    image: images[i] as StoredImage,
  }));
}

async function withLook(source: Source): Promise<StoredImage> {
  const image = await source.image();
  return { ...image, look: image.look ?? (await differenceHash(image.bytes)) };
}
