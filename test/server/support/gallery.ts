import { randomUUID } from 'node:crypto';
import { HoldfastError } from '../../../base/errors.ts';
import type { Gallery, Hit, RecordInfo, StoredImage } from '../../../index/types.ts';

interface Stored extends RecordInfo {
  readonly vector: Float32Array;
  readonly image: StoredImage;
}

/** A gallery that keeps everything in memory and scans. */
export function memoryGallery(model = 'test-1', dimension = 8): Gallery {
  const records = new Map<string, Stored>();
  const toHit = ({ image: _image, ...rest }: Stored, distance: number): Hit => ({ ...rest, distance });
  return {
    async add(added) {
      const ids = added.map(({ id }) => id ?? randomUUID());
      for (const id of ids) {
        if (records.has(id)) throw new HoldfastError('RECORD_EXISTS', `record "${id}" exists`);
      }
      added.forEach(({ label = null, metadata = null, vector, image }, i) => {
        const id = ids[i] as string;
        records.set(id, { id, label, metadata, vector, image, createdAt: new Date(0).toISOString() });
      });
      return ids;
    },
    remove: async (id) => records.delete(id),
    get: async (id) => records.get(id),
    image: async (id) => records.get(id)?.image,
    async search(query, { k }) {
      const distance = (vector: Float32Array): number =>
        Math.hypot(...vector.map((value, i) => value - (query[i] as number)));
      return [...records.values()]
        .map((record) => toHit(record, distance(record.vector)))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, k);
    },
    sample: async (count) => [...records.values()].slice(0, count).map((record) => toHit(record, 0)),
    status: async () => ({ model, dimension, count: records.size, sequence: records.size, graph: 'built' }),
    save: async () => {},
    failed: new Promise(() => {}),
    close: async () => {},
  };
}
