import { setPriority } from 'node:os';
import { HoldfastError } from '../../base/errors.ts';
import { whenParentGone } from '../../base/processes.ts';
import { openQueue } from './open.ts';
import { runWorker } from './worker.ts';
import { readWorkerOptions, workerHelp } from './worker-options.ts';

// The command `npm run worker`, and the process that a server starts for its own jobs.

/** Searches of the same machine go first. */
const NICE = 10;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Aborted when the worker shall end: by a signal, or because its server is gone. */
function endSignal(): AbortSignal {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  whenParentGone(end);
  return controller.signal;
}

async function main(): Promise<void> {
  const options = readWorkerOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    process.stdout.write(workerHelp);
    return;
  }
  const signal = endSignal();
  if (process.channel !== undefined) setPriority(NICE);
  else say(`Worker of ${options.server}; jobs come from ${options.redisUrl === undefined ? options.data : 'Redis'}`);
  const queue = await openQueue(options);
  await runWorker(queue, options, signal, say);
  await queue.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof HoldfastError) say(`error ${error.code}: ${error.message}\n${error.remedy}`);
    else say(`error INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1);
  },
);
