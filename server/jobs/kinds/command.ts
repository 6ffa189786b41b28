import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogue, type ErrorCode, HoldfastError } from '../../../base/errors.ts';
import { processEnd } from '../../../base/processes.ts';

/** A process that was told to stop ends after its batch; one that has not by then is killed. */
const PATIENCE_MILLISECONDS = 60_000;
/** What is kept of what it printed, from the end. */
const KEPT_CHARACTERS = 8_192;

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);

/**
 * Waits for a process that does a job, and tells it to stop when the job is let go. Its standard error is a pipe.
 * @param what it is called in an error
 * @throws the signal's reason when it was told to stop; HoldfastError as the process printed it; Error when it crashed.
 */
export async function untilDone(child: ChildProcess, what: string, signal: AbortSignal): Promise<void> {
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
      errorIn(printed) ?? new Error(`${what} ended with ${code}: ${printed.trim().split('\n').slice(-5).join('\n')}`)
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
