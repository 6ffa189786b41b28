import type { ChildProcess } from 'node:child_process';
import { processEnd, startProcess } from '../../base/processes.ts';
import type { WorkerOptions } from './worker-options.ts';

/** A worker that dies is started again after a second, then two, up to a minute. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/** The worker of a server: a process of its own, started with the first job. */
export interface WorkerHost {
  /** Sees to it that a worker runs. */
  wake(): void;
  /** The process that runs now. */
  readonly pid: number | undefined;
  /** Lets the worker hand its job back, and waits until it has ended. */
  close(): Promise<void>;
}

export function createWorkerHost(options: WorkerOptions, log: (line: string) => void): WorkerHost {
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let wait = FIRST_WAIT;
  let restart: NodeJS.Timeout | undefined;
  let closing = false;

  const start = (): void => {
    restart = undefined;
    const started = startProcess('worker-main', import.meta.url, ['--server', options.server], {
      env: { ...process.env, ...environmentOf(options) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = started;
    ended = processEnd(started).then(
      (code) => again(String(code)),
      (error: unknown) => again(String(error)),
    );
  };
  const again = (code: string): void => {
    child = undefined;
    if (closing) return;
    log(`the worker of the jobs ended (${code}); it is started again in ${wait} ms`);
    restart = setTimeout(start, wait);
    wait = Math.min(LONGEST_WAIT, 2 * wait);
  };
  return {
    wake() {
      if (child === undefined && restart === undefined && !closing) start();
    },
    get pid() {
      return child?.pid;
    },
    async close() {
      closing = true;
      clearTimeout(restart);
      child?.kill('SIGTERM');
      await ended;
    },
  };
}

function environmentOf({ data, imports, key, redisUrl }: WorkerOptions): Record<string, string> {
  return {
    HOLDFAST_DATA: data,
    HOLDFAST_IMPORTS: imports,
    ...(key === undefined ? {} : { HOLDFAST_KEY: key }),
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  };
}
