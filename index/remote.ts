import type { Transferable, Worker } from 'node:worker_threads';
import { HoldfastError, reviveError } from '../base/errors.ts';
import { startThread } from '../base/threads.ts';
import type { Argument, OperationName, Response, Result } from './messages.ts';

interface Waiting {
  resolve(result: Result<OperationName>): void;
  reject(error: HoldfastError): void;
}

/** The calling side of the index thread: numbers requests and hands out the answers. */
export class IndexThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private requests = 0;
  private ended: HoldfastError | undefined;
  private readonly announceEnd: (error: Error) => void;
  /** Resolves when the thread is gone, whatever the reason. */
  readonly gone: Promise<Error>;
  private cause: unknown;

  constructor(worker: Worker = startThread('thread', import.meta.url)) {
    this.worker = worker;
    let announce: (error: Error) => void = () => {};
    this.gone = new Promise((resolve) => {
      announce = resolve;
    });
    this.announceEnd = announce;
    this.worker.on('message', (response: Response) => this.settle(response));
    this.worker.on('error', (error) => {
      this.cause = error;
    });
    this.worker.on('exit', (code) => this.end(code));
  }

  /** Asks the thread; buffers in `transfer` change hands. @throws INTERNAL when the thread is gone. */
  ask<N extends OperationName>(name: N, argument: Argument<N>, transfer: Transferable[] = []): Promise<Result<N>> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    const number = this.requests++;
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve: (result) => resolve(result as Result<N>), reject });
      this.worker.postMessage({ number, name, argument }, transfer);
    });
  }

  private settle(response: Response): void {
    const waiting = this.waiting.get(response.number);
    this.waiting.delete(response.number);
    if ('error' in response) waiting?.reject(reviveError(response.error));
    else waiting?.resolve(response.result);
  }

  private end(code: number): void {
    const why = this.cause === undefined ? '' : `: ${String(this.cause)}`;
    this.ended = new HoldfastError('INTERNAL', `the index thread ended (${code})${why}`, { cause: this.cause });
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
    this.announceEnd(this.ended);
  }
}
