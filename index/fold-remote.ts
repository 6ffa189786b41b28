import { HoldfastError, reviveError, type SerializedError } from '../base/errors.ts';
import { startThread } from '../base/threads.ts';
import type { Folded, FoldJob, StartFold } from './fold.ts';

/** What the fold thread starts with. */
export interface FoldRequest {
  readonly job: FoldJob;
  /** An Int32 that becomes 1 when the work is no longer wanted. */
  readonly stop: SharedArrayBuffer;
}

export type FoldAnswer = { readonly folded: Folded | undefined } | { readonly error: SerializedError };

/** Makes a generation on a thread of its own, which is asked to stop and never terminated: hnswlib may be at work. */
export const foldOnThread: StartFold = (job) => {
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const request: FoldRequest = { job, stop };
  const worker = startThread('fold-thread', import.meta.url, {
    workerData: request,
    transferList: [job.vectors.buffer],
  });
  const done = new Promise<Folded | undefined>((resolve, reject) => {
    let answer: FoldAnswer | undefined;
    worker.on('message', (message: FoldAnswer) => {
      answer = message;
    });
    worker.on('error', (cause) =>
      reject(new HoldfastError('INTERNAL', `the fold thread failed: ${String(cause)}`, { cause })),
    );
    worker.on('exit', (code) => {
      if (answer === undefined) reject(new HoldfastError('INTERNAL', `the fold thread ended (${code})`));
      else if ('error' in answer) reject(reviveError(answer.error));
      else resolve(answer.folded);
    });
  });
  return {
    done,
    stop() {
      Atomics.store(new Int32Array(stop), 0, 1);
    },
  };
};
