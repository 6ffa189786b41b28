import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { startThread } from '../../base/threads.ts';
import type { ModelThreadData } from './messages.ts';

/**
 * Starts the thread of the model. In a checkout the module is TypeScript, and Node 20 does not pass `--import tsx` on to
 * a thread: there, tsx is registered by the thread itself before it imports the module.
 */
export function startModelWorker(workerData: ModelThreadData): Worker {
  if (extname(fileURLToPath(import.meta.url)) !== '.ts') return startThread('thread', import.meta.url, { workerData });
  const module = JSON.stringify(new URL('./thread.ts', import.meta.url).href);
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const code = `import { register } from ${tsx}; register(); await import(${module});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { env: SHARE_ENV, workerData });
}
