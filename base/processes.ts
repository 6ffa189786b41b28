import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Starts a process on the module `name` beside the caller, with a channel for messages. Give `import.meta.url` as `from`.
 * The module is TypeScript in a checkout and JavaScript in a build, whichever the caller is.
 */
export function startProcess(
  name: string,
  from: string,
  args: readonly string[],
  options: ForkOptions = {},
): ChildProcess {
  const extension = extname(fileURLToPath(from));
  const module = fileURLToPath(new URL(`./${name}${extension}`, from));
  const execArgv = extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : [];
  return fork(module, [...args], { execArgv, ...options });
}

/** Resolves when a process has ended: with its exit code, or the signal that ended it. */
export function processEnd(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
}

/** Calls `act` when the process that started this one is gone, however it ended. Does not keep this one alive. */
export function whenParentGone(act: () => void): void {
  if (process.channel === undefined) return;
  process.once('disconnect', act);
  process.channel?.unref();
}
