import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { MANIFEST_FILE } from './files.ts';
import { checkManifest } from './manifest.ts';
import type { ModelManifest } from './types.ts';
import { listModelVersions } from './version.ts';

/**
 * The manifests of the versions in the folders, by name; of a name that is there twice the first. Their files are not
 * looked at, and a manifest that is damaged is left out.
 */
export function listCards(folders: readonly string[]): ModelManifest[] {
  return listModelVersions(folders).flatMap((version) => {
    const folder = folders.find((candidate) => listModelVersions([candidate]).includes(version));
    return folder === undefined ? [] : readCard(join(folder, version, MANIFEST_FILE));
  });
}

function readCard(path: string): ModelManifest[] {
  try {
    return [checkManifest(JSON.parse(readFileSync(path, 'utf8')), path)];
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof HoldfastError && error.code === 'MODEL_DAMAGED')) return [];
    throw error;
  }
}
