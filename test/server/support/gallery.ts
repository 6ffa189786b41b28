import { randomUUID } from 'node:crypto';
import { HoldfastError } from '../../../base/errors.ts';
import { matchesFilter } from '../../../index/index.ts';
import type { Filter, Gallery, Hit, NewRecord, RecordInfo, StoredImage, UpsertOutcome } from '../../../index/types.ts';
import { metadataText } from '../../../index/validation.ts';
import { createWrites } from '../../../index/write-watch.ts';

interface Stored extends RecordInfo {
  readonly vector: Float32Array;
  readonly image: StoredImage;
}

/** A gallery that keeps everything in memory and scans. */
export function memoryGallery(model = 'test-1', dimension = 8): Gallery {
  const records = new Map<string, Stored>();
  /** How many writes there were; each has a moment of its own. */
  let sequence = 0;
  const writes = createWrites();
  const toHit = ({ image: _image, ...rest }: Stored, distance: number): Hit => ({ ...rest, distance });
  const passing = (filter: Filter = { and: [] }): Stored[] =>
    [...records.values()].filter(({ metadata }) => matchesFilter(filter, metadata));
  const put = (id: string, { label = null, metadata = null, vector, image, createdAt }: NewRecord): void => {
    metadataText(metadata);
    records.set(id, { id, label, metadata, vector, image, createdAt: createdAt ?? new Date(sequence).toISOString() });
  };
  const nearest: Gallery['search'] = async (query, { k, filter }) => {
    if (!(query instanceof Float32Array)) throw new RangeError('one vector is enough here');
    const distance = (vector: Float32Array): number =>
      Math.hypot(...vector.map((value, i) => value - (query[i] as number)));
    return passing(filter)
      .map((record) => toHit(record, distance(record.vector)))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k);
  };
  return {
    async add(added) {
      const ids = added.map(({ id }) => id ?? randomUUID());
      for (const id of ids) {
        if (records.has(id)) throw new HoldfastError('RECORD_EXISTS', `record "${id}" exists`);
      }
      sequence += 1;
      added.forEach((record, i) => {
        put(ids[i] as string, record);
      });
      return writes.during(ids, Promise.resolve(ids));
    },
    async upsert(added) {
      sequence += 1;
      const outcomes = added.map((record): UpsertOutcome & { id: string } => {
        const id = record.id ?? randomUUID();
        const status = records.has(id) ? 'replaced' : 'created';
        put(id, record);
        return { id, status };
      });
      return writes.during(
        outcomes.map(({ id }) => id),
        Promise.resolve(outcomes),
      );
    },
    async remove(id) {
      const there = records.delete(id);
      if (there) sequence += 1;
      return writes.during([id], Promise.resolve(there));
    },
    get: async (id) => records.get(id),
    image: async (id) => records.get(id)?.image,
    vector: async (id) => records.get(id)?.vector.slice(),
    search: nearest,
    async find(query, { behind, minScore = -1, ...options }) {
      const found = await nearest(query, { ...options, k: options.k + behind });
      const hits = found.slice(0, options.k).filter(({ distance }) => 1 - distance ** 2 / 2 >= minScore);
      return { hits, behind: found.slice(options.k).map(({ vector }) => vector), generation: -1 };
    },
    async list({ limit, cursor = '', filter }) {
      const found = passing(filter)
        .filter(({ id }) => id > cursor)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = found
        .slice(0, limit)
        .map(({ id, label, metadata, createdAt }) => ({ id, label, metadata, createdAt }));
      return { records: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
    },
    count: async (filter) => passing(filter).length,
    sample: async (count) => [...records.values()].slice(0, count).map((record) => toHit(record, 0)),
    watch: async () => writes.watch(),
    status: async () => ({
      model,
      dimension,
      count: records.size,
      sequence,
      graph: 'built',
      generation: -1,
      fresh: records.size,
      folding: false,
      fault: undefined,
    }),
    save: async () => {},
    failed: new Promise(() => {}),
    close: async () => {},
  };
}
