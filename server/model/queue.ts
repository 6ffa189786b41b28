import { HoldfastError } from '../../base/errors.ts';
import type { ModelReply, ModelRequest } from './messages.ts';
import type { AwaitedPriority, CallOptions, Priority } from './types.ts';

/** A call that waits or computes. */
export interface Job {
  readonly request: ModelRequest;
  resolve(reply: ModelReply): void;
  reject(error: unknown): void;
}

/** Calls that wait for the model thread: three classes, each first in, first out, each no more than a limit. */
export interface JobQueue {
  /** How many wait, by class. */
  lengths(): Readonly<Record<AwaitedPriority, number>>;
  /** The reply to a request, once it was taken and answered. Rejects with OVERLOADED or the signal's reason. */
  push(request: ModelRequest, options?: CallOptions): Promise<ModelReply>;
  /** The next job; pictures to embed that follow each other come together, up to `batch`. Empty when nothing waits. */
  take(batch: number): Job[];
}

interface Waiting extends Job {
  /** Stops listening to the signal. */
  detach(): void;
}

/** Which class goes before which. */
const ORDER = ['search', 'probe', 'idle'] as const satisfies readonly Priority[];

/** @param secondsFor when so many calls will have been answered */
export function createJobQueue(limit: number, secondsFor: (count: number) => number = () => 1): JobQueue {
  const classes: Readonly<Record<Priority, Waiting[]>> = { search: [], probe: [], idle: [] };

  const push = (request: ModelRequest, options: CallOptions): Promise<ModelReply> =>
    new Promise((resolve, reject) => {
      const { priority = 'search', signal } = options;
      signal?.throwIfAborted();
      const line = classes[priority];
      if (line.length >= limit) {
        const ahead = ORDER.slice(0, ORDER.indexOf(priority) + 1);
        const before = ahead.reduce((sum, name) => sum + classes[name].length, 0);
        const message = `${line.length} calls of class ${priority} wait for the model already`;
        throw new HoldfastError('OVERLOADED', message, { retryAfter: secondsFor(before) });
      }
      const withdraw = (): void => {
        line.splice(line.indexOf(job), 1);
        reject(signal?.reason);
      };
      const detach = (): void => signal?.removeEventListener('abort', withdraw);
      const job: Waiting = { request, resolve, reject, detach };
      signal?.addEventListener('abort', withdraw, { once: true });
      line.push(job);
    });

  const takeFrom = (line: Waiting[], batch: number): Job[] => {
    const isPicture = (job: Job | undefined): boolean => job?.request.kind === 'embed';
    let count = Math.min(1, line.length);
    while (count < batch && isPicture(line[0]) && isPicture(line[count])) count += 1;
    const jobs = line.splice(0, count);
    for (const job of jobs) job.detach();
    return jobs;
  };

  return {
    lengths: () => ({ search: classes.search.length, probe: classes.probe.length }),
    push: (request, options = {}) => push(request, options),
    take: (batch) => takeFrom(classes[ORDER.find((name) => classes[name].length > 0) ?? 'search'], batch),
  };
}
