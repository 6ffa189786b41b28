import { HoldfastError } from '../base/errors.ts';

/**
 * Writes to a file of a run, or to the folder of its version.
 * @throws HoldfastError RUN_WRITE_FAILED where the file system refuses; what else `write` throws as it is.
 */
export function writingTo<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new HoldfastError('RUN_WRITE_FAILED', `${path} cannot be written: ${cause.message}`, { cause });
  }
}
