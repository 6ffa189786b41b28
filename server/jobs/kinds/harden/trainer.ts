import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogue, type ErrorCode, HoldfastError } from '../../../../base/errors.ts';
import { processEnd, startProcess } from '../../../../base/processes.ts';
import type { JobRun } from '../types.ts';

/** A trainer that was told to stop ends after its batch; one that has not by then is killed. */
const PATIENCE_MILLISECONDS = 60_000;
/** What is kept of what it printed, from the end. */
const KEPT_CHARACTERS = 8_192;

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);

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
  let printed = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    printed = `${printed}${chunk}`.slice(-KEPT_CHARACTERS);
  });
  const end = processEnd(child);
  const patience = new AbortController();
  const stop = (): void => {
    child.kill('SIGTERM');
    void sleep(PATIENCE_MILLISECONDS, undefined, { signal: patience.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const code = await end;
    if (code === 0) return;
    signal.throwIfAborted();
    throw (
      errorIn(printed) ??
      new Error(`the trainer ended with ${code}: ${printed.trim().split('\n').slice(-5).join('\n')}`)
    );
  } finally {
    signal.removeEventListener('abort', stop);
    patience.abort();
  }
}

/** The error of the catalogue that a command has printed last. */
function errorIn(printed: string): HoldfastError | undefined {
  const [, code, message] = [...printed.matchAll(/^error ([A-Z_]+): (.*)$/gm)].at(-1) ?? [];
  return code !== undefined && isCode(code) ? new HoldfastError(code, message ?? '') : undefined;
}
