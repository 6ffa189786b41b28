import type { Worker } from 'node:worker_threads';
import { HoldfastError, reviveError } from '../../base/errors.ts';
import type { ModelReply, ModelRequest } from './messages.ts';

/** A line to the model thread that carries one request at a time. */
export interface Channel {
  /** Resolves when the thread can answer. @throws what kept it from starting. */
  readonly ready: Promise<void>;
  /** Resolves when the thread ended without being asked to. */
  readonly failed: Promise<Error>;
  /** The reply to a request. Ask again only after it came. @throws HoldfastError what the thread answered, or INTERNAL. */
  ask(request: ModelRequest): Promise<ModelReply>;
  /** Asks the thread to end itself and waits until it has. */
  close(): Promise<void>;
}

interface Pending {
  resolve(reply: ModelReply): void;
  reject(error: unknown): void;
}

export function openChannel(worker: Worker): Channel {
  let death: HoldfastError | undefined;
  let pending: Pending | undefined;
  let closing = false;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });

  const settle = (act: (waiting: Pending) => void): void => {
    const waiting = pending;
    pending = undefined;
    if (waiting !== undefined) act(waiting);
  };
  const next = (): Promise<ModelReply> =>
    new Promise((resolve, reject) => {
      if (death === undefined) pending = { resolve, reject };
      else reject(death);
    });

  const failed = new Promise<Error>((resolve) => {
    const die = (cause?: Error): void => {
      if (death !== undefined || closing) return;
      death = new HoldfastError('INTERNAL', `the model thread has ended: ${cause?.message ?? 'no cause given'}`, {
        cause,
      });
      settle((waiting) => waiting.reject(death));
      resolve(death);
    };
    worker.once('error', die);
    worker.once('exit', () => die());
  });
  worker.on('message', (reply: ModelReply) => {
    settle((waiting) => {
      if (reply.kind === 'failed') waiting.reject(reviveError(reply.error));
      else waiting.resolve(reply);
    });
  });

  return {
    ready: next().then(() => undefined),
    failed,
    ask(request) {
      const reply = next();
      if (death === undefined) worker.postMessage(request);
      return reply;
    },
    async close() {
      closing = true;
      if (death === undefined) worker.postMessage({ kind: 'close' } satisfies ModelRequest);
      await exited;
    },
  };
}
