import { HoldfastError } from '../../base/errors.ts';
import { createPace } from '../pace.ts';
import type { Channel } from './channel.ts';
import type { ModelReply, ModelRequest } from './messages.ts';
import { createJobQueue, type Job, type JobQueue } from './queue.ts';
import type { CallOptions } from './types.ts';

/** Pictures that are embedded in one run of the network. */
const BATCH = 8;

export type ReplyOf<K extends ModelReply['kind']> = Extract<ModelReply, { kind: K }>;

/** A model thread with the calls that wait for it. */
export interface Line {
  /** Resolves with the reply of this kind. @throws HoldfastError those of `ModelService` */
  call<K extends ModelReply['kind']>(kind: K, request: ModelRequest, options?: CallOptions): Promise<ReplyOf<K>>;
  waiting: JobQueue['lengths'];
  /** Resolves when the thread can answer; calls wait for it. @throws what kept it from starting */
  readonly ready: Promise<void>;
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** Has a thread answer the calls that wait for it, of each class no more than a limit. */
export function openLine(channel: Channel, queueLimit: number): Line {
  // Every call reports it, and so does `ready` to who waits for it.
  const ready = channel.ready.catch(() => undefined);
  const pace = createPace();
  const queue = createJobQueue(queueLimit, pace.secondsFor);
  let running: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const runAll = async (): Promise<void> => {
    await ready;
    for (let jobs = queue.take(BATCH); jobs.length > 0; jobs = queue.take(BATCH)) {
      const start = performance.now();
      try {
        await channel.ready;
        splitReply(jobs, await channel.ask(mergeRequests(jobs)));
      } catch (error) {
        for (const job of jobs) job.reject(error);
      }
      pace.took(jobs.length, performance.now() - start);
    }
    running = undefined;
  };

  return {
    ready: channel.ready,
    failed: channel.failed,
    waiting: () => queue.lengths(),
    async call(kind, request, options) {
      if (closed !== undefined) throw new HoldfastError('SHUTTING_DOWN', 'the model thread is closed');
      const reply = queue.push(request, options);
      // What is asked in the same turn of the event loop can share a run.
      running ??= Promise.resolve().then(runAll);
      return expectKind(await reply, kind);
    },
    close() {
      closed ??= Promise.resolve(running).then(() => channel.close());
      return closed;
    },
  };
}

function isKind<K extends ModelReply['kind']>(reply: ModelReply, kind: K): reply is ReplyOf<K> {
  return reply.kind === kind;
}

function expectKind<K extends ModelReply['kind']>(reply: ModelReply, kind: K): ReplyOf<K> {
  if (!isKind(reply, kind)) throw new HoldfastError('INTERNAL', `the model thread answered ${reply.kind}, not ${kind}`);
  return reply;
}

/** One request for jobs that were taken together: several only when all are pictures to embed. */
function mergeRequests(jobs: readonly Job[]): ModelRequest {
  const [first] = jobs;
  if (first !== undefined && jobs.length === 1) return first.request;
  return { kind: 'embed', pixels: jobs.flatMap(({ request }) => (request.kind === 'embed' ? request.pixels : [])) };
}

function splitReply(jobs: readonly Job[], reply: ModelReply): void {
  jobs.forEach((job, i) => {
    job.resolve(reply.kind === 'embed' ? { kind: 'embed', embeddings: reply.embeddings.slice(i, i + 1) } : reply);
  });
}
