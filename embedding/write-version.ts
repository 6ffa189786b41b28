import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { syncFolder, writeFileAtomic } from '../base/files.ts';
import { checkManifest, MANIFEST_FILE, sha256 } from './manifest.ts';
import type { ModelManifest } from './types.ts';

/**
 * Writes a version folder whole or not at all: into a folder beside it, the manifest last, renamed into place.
 * @param directory a new folder; its name is the version's
 * @returns the manifest with the hashes of the files
 * @throws HoldfastError MODEL_DAMAGED for a manifest that could not be opened again, RangeError when the name is not the
 *   folder's, and the file system's errors: ENOTEMPTY where the folder is taken
 */
export function writeModelVersion(
  directory: string,
  manifest: Omit<ModelManifest, 'files'>,
  files: Readonly<Record<string, Uint8Array>>,
): ModelManifest {
  const target = resolve(directory);
  if (manifest.version !== basename(target)) {
    throw new RangeError(`version "${manifest.version}" cannot be written to ${target}`);
  }
  const hashes = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  const complete = checkManifest({ ...manifest, files: hashes }, target);
  // No name of a version starts with a dot, so that a folder left over by a crash is never listed.
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileAtomic(join(temporary, name), bytes);
    writeFileAtomic(join(temporary, MANIFEST_FILE), `${JSON.stringify(complete, null, 2)}\n`);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  syncFolder(dirname(target));
  return complete;
}
