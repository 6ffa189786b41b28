import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';

/**
 * Checks that files of a folder are still those that were verified: a version that is opened later must not be another one.
 * @param hashes SHA-256 by file name, in lower-case hex, as a manifest has them. @throws HoldfastError MODEL_DAMAGED
 */
export async function checkFiles(directory: string, hashes: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, expected] of Object.entries(hashes)) {
    const path = join(directory, name);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new HoldfastError('MODEL_DAMAGED', `${path} cannot be read: ${String(cause)}`, { cause });
    });
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== expected) {
      throw new HoldfastError('MODEL_DAMAGED', `${path} has changed: SHA-256 ${actual} instead of ${expected}`);
    }
  }
}
