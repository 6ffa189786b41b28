import { accessSync, constants, mkdirSync } from 'node:fs';
import { HoldfastError } from './errors.ts';

/** Makes the folder of HOLDFAST_DATA where there is none, and sees that it can be written. @throws HoldfastError DATA_FOLDER_UNUSABLE */
export function openDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new HoldfastError('DATA_FOLDER_UNUSABLE', `${path}: ${reasons[code] ?? code}`, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'is a file, not a folder',
  ENOTDIR: 'lies below a file, not a folder',
  EACCES: 'must not be written by this user',
  EPERM: 'must not be written by this user',
  EROFS: 'the file system is mounted read-only',
  ENOSPC: 'no space is left on the device',
};
