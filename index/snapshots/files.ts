import { createHash } from 'node:crypto';
import { closeSync, copyFileSync, fsyncSync, openSync, readSync } from 'node:fs';
import { HoldfastError } from '../../base/errors.ts';

const CHUNK = 1 << 20;

/** SHA-256 of a file of any size, in hexadecimal. */
export function hashFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** Makes the content of a file durable. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Copies a file and makes the copy durable. */
export function copyDurably(from: string, to: string): void {
  copyFileSync(from, to);
  syncFile(to);
}

/** Names the failures of the file system. @throws INDEX_WRITE_FAILED */
export function withDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof HoldfastError || !(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new HoldfastError('INDEX_WRITE_FAILED', `${path}: ${cause.message}`, { cause });
  }
}
