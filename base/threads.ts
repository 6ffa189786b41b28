import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread on the module `name` beside the caller. Give `import.meta.url` as `from`. The module is
 * TypeScript in a checkout and JavaScript in a build, whichever the caller is.
 */
export function startThread(name: string, from: string, options: WorkerOptions = {}): Worker {
  const extension = extname(fileURLToPath(from));
  return new Worker(new URL(`./${name}${extension}`, from), {
    // Native libraries read the environment of the process, not a thread's copy of it.
    env: SHARE_ENV,
    ...options,
    execArgv: extension === '.ts' ? ['--import', 'tsx'] : [],
  });
}
