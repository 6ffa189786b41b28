import { HoldfastError, reviveError, type SerializedError } from '../../base/errors.ts';
import { processEnd, startProcess } from '../../base/processes.ts';
import type { CreateSnapshotOptions } from './create.ts';
import type { Snapshot } from './manifest.ts';

export type SnapshotAnswer = { readonly snapshot: Snapshot } | { readonly error: SerializedError };

/** A snapshot that is being made elsewhere. */
export interface Snapshotting {
  /** @throws HoldfastError those of `createSnapshot`; INTERNAL when it was stopped */
  readonly done: Promise<Snapshot>;
  /** Ends it at once; the next one removes what it leaves. */
  stop(): void;
}

export type StartSnapshot = (options: CreateSnapshotOptions) => Snapshotting;

/** Makes a snapshot in a process of its own: SQLite's copy blocks its thread, and can be ended only with its process. */
export const snapshotInProcess: StartSnapshot = (options) => {
  const child = startProcess('snapshot-process', import.meta.url, [JSON.stringify(options)]);
  let answer: SnapshotAnswer | undefined;
  child.on('message', (message: SnapshotAnswer) => {
    answer = message;
  });
  const done = processEnd(child).then((end) => {
    if (answer === undefined) throw new HoldfastError('INTERNAL', `the process of the snapshot ended (${end})`);
    if ('error' in answer) throw reviveError(answer.error);
    return answer.snapshot;
  });
  return { done, stop: () => void child.kill('SIGKILL') };
};
