import { HoldfastError } from '../../base/errors.ts';
import type { Snapshots } from './service.ts';

/** Of shared galleries there are no snapshots: the databases have means of their own. */
export const noSnapshots: Snapshots = {
  async create() {
    throw new HoldfastError('SNAPSHOT_IMPOSSIBLE', 'the gallery is shared and not in the data folder');
  },
  list: () => [],
  async close() {
    // Nothing is being made.
  },
};
