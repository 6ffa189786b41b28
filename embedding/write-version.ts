import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { syncFolder, writeFileAtomic } from '../base/files.ts';
import { MANIFEST_FILE } from './files.ts';
import { checkManifest, isVersionName, sha256 } from './manifest.ts';
import type { ModelManifest } from './types.ts';

/**
 * Writes a version folder whole or not at all: into a folder beside it, the manifest last, renamed into place.
 * @param directory a new folder; its name is the version's
 * @returns the manifest with the hashes of the files
 * @throws HoldfastError OPTION_INVALID when the version exists or its name is not allowed, MODEL_DAMAGED for a manifest that
 *   could not be opened again, and the file system's errors, with nothing left behind
 */
export function writeModelVersion(
  directory: string,
  manifest: Omit<ModelManifest, 'files'>,
  files: Readonly<Record<string, Uint8Array>>,
): ModelManifest {
  const target = resolve(directory);
  if (!isVersionName(manifest.version) || manifest.version !== basename(target)) {
    throw new HoldfastError('OPTION_INVALID', `"${manifest.version}" is no name for the version in ${target}`);
  }
  if (existsSync(target)) throw new HoldfastError('OPTION_INVALID', `${target} exists already`);
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
