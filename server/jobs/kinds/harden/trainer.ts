import { join } from 'node:path';
import { startProcess } from '../../../../base/processes.ts';
import { untilDone } from '../command.ts';
import type { JobRun } from '../types.ts';

/**
 * Runs the trainer in a process of its own; it goes on from the checkpoint of its version where there is one.
 * @throws the run's reason when it was told to stop; HoldfastError as the trainer printed it; Error when it crashed.
 */
export async function runTrainer(
  args: readonly string[],
  version: string,
  { data, signal }: Pick<JobRun, 'data' | 'signal'>,
): Promise<void> {
  signal.throwIfAborted();
  const lock = join(data, 'jobs', 'locks', version);
  const child = startProcess('process', import.meta.url, args, {
    env: { ...process.env, HOLDFAST_DATA: data, HOLDFAST_RUN_LOCK: lock },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  await untilDone(child, 'the trainer', signal);
}
