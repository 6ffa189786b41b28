import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { readManifest, type Snapshot } from './manifest.ts';

/** The snapshots of a folder, oldest first; what is none is passed over. */
export function listSnapshots(snapshots: string): Snapshot[] {
  if (!existsSync(snapshots)) return [];
  const found = readdirSync(snapshots)
    .filter((name) => !name.endsWith('.part'))
    .flatMap((name) => manifestOrNone(join(snapshots, name)));
  return found.sort((a, b) => a.at.localeCompare(b.at));
}

function manifestOrNone(folder: string): Snapshot[] {
  try {
    return [readManifest(folder)];
  } catch (error) {
    if (error instanceof HoldfastError) return [];
    throw error;
  }
}
