import { HoldfastError } from '../../base/errors.ts';
import type { GalleryBackend } from '../backend.ts';
import { CheckedGallery } from '../checked.ts';
import type { Gallery, GalleryStatus, Hit, StoredImage } from '../types.ts';
import { MOST_CHANGES } from '../write-watch.ts';
import { findHits, generationOf, SCAN_UP_TO } from './find.ts';
import { lacksVectors } from './load.ts';
import type { FoundRecord, SharedRecords, Stores } from './types.ts';
import { startUpkeep, type Upkeep } from './upkeep.ts';
import { removeRecord, storeRecords } from './write.ts';

export interface SharedGalleryOptions {
  /** Put all vectors into their store anew; searches scan meanwhile. */
  readonly rebuild?: boolean;
  /** A write of another server that has taken longer is completed by this one; two minutes by default. */
  readonly abandonedSeconds?: number;
  /** Up to this many records that pass a filter, their vectors are all looked at. */
  readonly scanUpTo?: number;
}

/**
 * A gallery on which several servers may work at once. An acknowledged write is in the records, the vectors and the
 * pictures. One that was interrupted is in all of them or in none: this server completes those that it sees. The stores
 * are the gallery's from now on, and are closed with it.
 * @throws OPTION_INVALID when the vectors are in a store of another kind and `rebuild` is not asked for; STORE_UNAVAILABLE
 */
export async function openSharedGallery(stores: Stores, options: SharedGalleryOptions = {}): Promise<Gallery> {
  const upkeep = startUpkeep(stores, options.abandonedSeconds);
  try {
    await chooseVectors(stores, upkeep, options.rebuild === true);
    await upkeep.run();
  } catch (error) {
    await upkeep.close();
    throw error;
  }
  return new CheckedGallery(backendOf(stores, upkeep, options.scanUpTo ?? SCAN_UP_TO), stores.records.dimension);
}

/** Sees to it that the store has the vectors. */
async function chooseVectors(stores: Stores, upkeep: Upkeep, rebuild: boolean): Promise<void> {
  const { records, vectors } = stores;
  const { vectors: kind } = await records.state();
  if (kind !== null && kind !== vectors.kind && !rebuild) {
    const message = `the vectors of this gallery are in ${kind}, not in ${vectors.kind}; --rebuild-index moves them`;
    throw new HoldfastError('OPTION_INVALID', message);
  }
  if (rebuild || (await lacksVectors(stores))) upkeep.reload();
}

function backendOf(stores: Stores, upkeep: Upkeep, scanUpTo: number): GalleryBackend {
  const { records, vectors, images } = stores;
  const calls = new Set<Promise<unknown>>();
  /** Is waited for by `close`. */
  const during = async <T>(call: Promise<T>): Promise<T> => {
    calls.add(call);
    try {
      return await call;
    } finally {
      calls.delete(call);
    }
  };
  return {
    async add(packed) {
      await during(storeRecords(stores, packed, false, upkeep.later));
      return packed.heads.map(({ id }) => id);
    },
    upsert: async (packed) => [...(await during(storeRecords(stores, packed, true, upkeep.later)))],
    remove: (id) => during(removeRecord(stores, id, upkeep.later)),
    get: (id) => during(records.find(id)),
    image: (id) => during(imageOf(stores, id)),
    vector: (id) => during(vectorOf(records, id)),
    search: async (vector, options) => {
      const { hits } = await during(findHits(stores, vector, { ...options, behind: 0 }, scanUpTo));
      return [...hits];
    },
    find: (vector, options) => during(findHits(stores, vector, options, scanUpTo)),
    list: (options) => during(records.list(options)),
    async count(filter) {
      return filter === undefined ? (await during(records.state())).count : during(records.countPassing(filter));
    },
    sample: async (count) => (await during(records.sample(count))).map(hitOf),
    async watch() {
      const { sequence } = await during(records.state());
      return { ids: () => during(records.changedAfter(sequence, MOST_CHANGES)), end: () => undefined };
    },
    status: () => during(statusOf(stores, upkeep)),
    async save() {
      await during(upkeep.run());
      await during(upkeep.loaded());
    },
    async close() {
      await Promise.allSettled(calls);
      await upkeep.close();
      await Promise.all([vectors.close(), images.close()]);
    },
  };
}

/** A picture that is not there is of a record that was replaced or removed between two looks, or it is lost. */
async function imageOf({ records, images }: Stores, id: string): Promise<StoredImage | undefined> {
  for (let missing: number | undefined; ; ) {
    const label = await records.labelOf(id);
    if (label === undefined) return undefined;
    const image = await images.get(label);
    if (image !== undefined) return image;
    if (label === missing) throw new HoldfastError('INDEX_DAMAGED', `the picture of record ${id} (${label}) is gone`);
    missing = label;
  }
}

/** A record that is replaced between the two looks is looked for again. */
async function vectorOf(records: SharedRecords, id: string): Promise<Float32Array | undefined> {
  for (;;) {
    const label = await records.labelOf(id);
    if (label === undefined) return undefined;
    const [entry] = await records.entries([label]);
    if (entry !== undefined) return entry.vector;
  }
}

async function statusOf({ records }: Stores, upkeep: Upkeep): Promise<GalleryStatus> {
  const { count, sequence, whole, pending } = await records.state();
  const { model, dimension } = records;
  const { isLoading: folding, fault } = upkeep;
  return {
    model,
    dimension,
    count,
    sequence,
    graph: 'opened',
    generation: generationOf({ whole, sequence }),
    fresh: pending.length,
    folding,
    fault,
  };
}

function hitOf({ info, vector }: FoundRecord): Hit {
  return { ...info, vector, distance: 0 };
}
