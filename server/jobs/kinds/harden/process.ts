import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../../../base/errors.ts';
import { whenParentGone } from '../../../../base/processes.ts';
import { lockFolder } from '../../../../index/lock.ts';

// The process of a training that a job runs: the command itself, which ends with its worker and is the only one of its
// version. A worker that was killed leaves its trainer in the middle of a batch, and the next worker may be quicker.

const LOCK_TRIES = 240;
const LOCK_MILLISECONDS = 500;

async function takeLock(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let tries = 1; ; tries++) {
    try {
      // Held until the process ends.
      lockFolder(folder);
      return;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== 'INDEX_LOCKED' || tries === LOCK_TRIES) throw error;
      await sleep(LOCK_MILLISECONDS);
    }
  }
}

// The trainer stops after its batch, with a checkpoint.
whenParentGone(() => process.kill(process.pid, 'SIGTERM'));
await takeLock(process.env.HOLDFAST_RUN_LOCK ?? '.');
await import('../../../../trainer/main.ts');
