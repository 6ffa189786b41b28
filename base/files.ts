import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The ending of files that are not finished; whatever carries it at a start is left over from a crash. */
const TEMPORARY = '.part';

/**
 * Writes a file so that after a crash either the old content or the new is there, whole: a temporary file beside it,
 * fsync, rename, fsync of the folder. Several chunks are written one after the other.
 * @throws the file system's error (ENOSPC, EIO, ...), with the old file untouched.
 */
export function writeFileAtomic(path: string, ...chunks: (string | Uint8Array)[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}${TEMPORARY}`;
  const file = openSync(temporary, 'w');
  try {
    for (const chunk of chunks) writeFully(file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

function writeFully(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

/** Makes the entries of a folder durable: a rename is on disk only after this. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Removes what a crash left half written in a folder (not in its subfolders). */
export function removeTemporaryFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(TEMPORARY)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
