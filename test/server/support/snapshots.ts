import type { VersionSnapshot } from '../../../server/snapshots/places.ts';
import type { Snapshots } from '../../../server/snapshots/service.ts';

/** Snapshots of nothing, kept in memory. */
export function memorySnapshots(): Snapshots {
  const made: VersionSnapshot[] = [];
  return {
    async create(version) {
      const at = new Date(made.length).toISOString();
      const head = { model: version, dimension: 8, sequence: made.length, count: 0, files: {} };
      const snapshot: VersionSnapshot = { format: 1, name: `${made.length}-0`, at, ...head, version };
      made.push(snapshot);
      return snapshot;
    },
    list: () => made,
    close: async () => {},
  };
}
