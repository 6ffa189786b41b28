export { createSnapshot } from './create.ts';
export { listSnapshots } from './list.ts';
export type { Snapshot } from './manifest.ts';
export { type Snapshotting, type StartSnapshot, snapshotInProcess } from './remote.ts';
export { restoreSnapshot } from './restore.ts';
