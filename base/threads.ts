import { getPriority, setPriority } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread on the module `name` beside the caller. Give `import.meta.url` as `from`. The module is
 * TypeScript in a checkout and JavaScript in a build, whichever the caller is.
 */
export function startThread(name: string, from: string, options: WorkerOptions = {}): Worker {
  const extension = extname(fileURLToPath(from));
  const module = new URL(`./${name}${extension}`, from);
  // Native libraries read the environment of the process, not a thread's copy of it.
  return new Worker(extension === '.ts' ? registeringTsx(module) : module, {
    env: SHARE_ENV,
    execArgv: [],
    ...options,
  });
}

/** Node 20 does not apply `--import tsx` to the module that a thread starts on: a line of JavaScript registers it first. */
function registeringTsx(module: URL): URL {
  const tsx = import.meta.resolve('tsx/esm/api');
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(module.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** The lowest priority that there is. */
const LOWEST = 19;

/**
 * Lets all that run at a better priority go before the calling thread, and before the threads that it starts from now on.
 * On Linux, where a thread has a priority of its own; nothing elsewhere, nor where the system refuses.
 * @param nice how far below its present priority, which is the operator's choice: 0 (not at all) to 19
 */
export function lowerPriority(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    // Without a process id these are of the calling thread.
    setPriority(Math.min(LOWEST, getPriority() + nice));
  } catch {
    // All works at any priority, only in another order.
  }
}
