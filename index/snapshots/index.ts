export { createSnapshot } from './create.ts';
export { listSnapshots } from './list.ts';
export type { Snapshot } from './manifest.ts';
export { restoreSnapshot } from './restore.ts';
