import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateSnapshotOptions } from '../../index/snapshots/create.ts';
import { listSnapshots, type Snapshot } from '../../index/snapshots/index.ts';
import { MARKER } from '../gallery/filled.ts';

/** A snapshot, and the model version whose gallery it is of. */
export interface VersionSnapshot extends Snapshot {
  readonly version: string;
}

/** The folder of the snapshots of all versions. */
export function snapshotsRoot(data: string): string {
  return join(data, 'snapshots');
}

/** Where the gallery of a version is, where its snapshots go, and what they take along. */
export function snapshotPlaces(data: string, version: string): CreateSnapshotOptions {
  return {
    gallery: join(data, 'gallery', version),
    snapshots: join(snapshotsRoot(data), version),
    companions: [MARKER],
  };
}

/** The snapshots of all versions, by version and then oldest first. */
export function allSnapshots(data: string): VersionSnapshot[] {
  const root = snapshotsRoot(data);
  const versions = existsSync(root) ? readdirSync(root).sort() : [];
  return versions.flatMap((version) =>
    listSnapshots(join(root, version)).map((snapshot) => ({ ...snapshot, version })),
  );
}
