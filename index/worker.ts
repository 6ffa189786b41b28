import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { startThread } from '../base/threads.ts';

/**
 * Starts the index thread. Node 20 does not apply `--import tsx` to the module a thread starts on: in a checkout the
 * thread starts on a line of JavaScript that registers tsx and then imports the TypeScript module.
 */
export function startIndexWorker(): Worker {
  if (extname(fileURLToPath(import.meta.url)) !== '.ts') return startThread('thread', import.meta.url);
  const module = JSON.stringify(new URL('./thread.ts', import.meta.url).href);
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const code = `import { register } from ${tsx}; register(); await import(${module});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { env: SHARE_ENV, execArgv: [] });
}
