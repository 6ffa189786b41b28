import { HoldfastError } from '../../base/errors.ts';
import { type Snapshotting, type StartSnapshot, snapshotInProcess } from '../../index/snapshots/index.ts';
import { allSnapshots, snapshotPlaces, type VersionSnapshot } from './places.ts';

/** The snapshots of a running server. */
export interface Snapshots {
  /**
   * Makes one of the gallery of a version, which may be written to meanwhile; resolves when it is on disk.
   * @throws HoldfastError SNAPSHOT_RUNNING, INDEX_DAMAGED, INDEX_WRITE_FAILED; SHUTTING_DOWN when the server stops
   */
  create(version: string): Promise<VersionSnapshot>;
  /** Those of all versions. */
  list(): readonly VersionSnapshot[];
  /** Gives up the one that is being made. */
  close(): Promise<void>;
}

export function openSnapshots(data: string, start: StartSnapshot = snapshotInProcess): Snapshots {
  let running: Snapshotting | undefined;
  let closed = false;
  const finish = async (snapshotting: Snapshotting, version: string): Promise<VersionSnapshot> => {
    try {
      return { ...(await snapshotting.done), version };
    } catch (error) {
      if (closed) throw new HoldfastError('SHUTTING_DOWN', 'the snapshot was given up', { cause: error });
      throw error;
    } finally {
      running = undefined;
    }
  };
  return {
    async create(version) {
      if (closed) throw new HoldfastError('SHUTTING_DOWN', 'no snapshot is begun any more');
      if (running !== undefined) throw new HoldfastError('SNAPSHOT_RUNNING', 'another snapshot is being made');
      running = start(snapshotPlaces(data, version));
      return finish(running, version);
    },
    list: () => allSnapshots(data),
    async close() {
      closed = true;
      running?.stop();
      await running?.done.catch(() => {});
    },
  };
}
