import type { Worker } from 'node:worker_threads';
import { HoldfastError, reviveError } from '../../base/errors.ts';
import { startThread } from '../../base/threads.ts';
import type { Reply, Request, Setting, Work } from './types.ts';

/** Threads that prepare batches. */
export interface Pool {
  /** @throws HoldfastError what kept the batch from being made, or INTERNAL when a thread has died. */
  prepare(work: Work): Promise<Float32Array>;
  close(): Promise<void>;
}

interface Pending {
  readonly worker: Worker;
  resolve(data: Float32Array): void;
  reject(error: Error): void;
}

const startWorker = (setting: Setting): Worker => startThread('thread', import.meta.url, { workerData: setting });

/** Starts `count` threads, which share the bytes of a set in memory. */
export function startPool(setting: Setting, count: number, start = startWorker): Pool {
  const pending = new Map<number, Pending>();
  let asked = 0;
  let end: HoldfastError | undefined;

  const stop = (reason: HoldfastError): void => {
    end ??= reason;
    for (const { reject } of pending.values()) reject(end);
    pending.clear();
  };
  const workers = Array.from({ length: count }, () => {
    const worker = start(setting);
    const died = (cause?: Error): void =>
      stop(
        new HoldfastError(
          'INTERNAL',
          `a thread that prepares pictures has ended: ${cause?.message ?? 'no cause given'}`,
          { cause },
        ),
      );
    worker.once('error', died);
    worker.once('exit', () => died());
    worker.on('message', (reply: Reply) => {
      const waiting = pending.get(reply.number);
      pending.delete(reply.number);
      if ('data' in reply) waiting?.resolve(reply.data);
      else waiting?.reject(reviveError(reply.error));
    });
    return worker;
  });
  const exits = workers.map((worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())));
  const loadOf = (worker: Worker): number =>
    [...pending.values()].filter((waiting) => waiting.worker === worker).length;

  return {
    prepare(work) {
      if (end !== undefined) return Promise.reject(end);
      const worker = workers.reduce((least, other) => (loadOf(other) < loadOf(least) ? other : least));
      const number = asked++;
      worker.postMessage({ kind: 'prepare', number, work } satisfies Request);
      return new Promise((resolve, reject) => {
        pending.set(number, { worker, resolve, reject });
      });
    },
    async close() {
      stop(new HoldfastError('INTERNAL', 'the loader is closed'));
      for (const worker of workers) worker.postMessage({ kind: 'close' } satisfies Request);
      await Promise.all(exits);
    },
  };
}
