import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../../base/errors.ts';
import { lockFolder } from '../../../index/lock.ts';

const LOCK_TRIES = 240;
const LOCK_MILLISECONDS = 500;

/**
 * Takes a folder for this process until it ends. A worker that was killed leaves its process in the middle of a batch, and the next
 * worker may be quicker: it waits for up to two minutes.
 * @throws HoldfastError INDEX_LOCKED
 */
export async function takeLock(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let tries = 1; ; tries++) {
    try {
      lockFolder(folder);
      return;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'INDEX_LOCKED' || tries === LOCK_TRIES) throw error;
      await sleep(LOCK_MILLISECONDS);
    }
  }
}
