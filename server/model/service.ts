import { availableParallelism } from 'node:os';
import { HoldfastError } from '../../base/errors.ts';
import { startThread } from '../../base/threads.ts';
import type { DeviceName } from '../../engine/devices/names.ts';
import { createPace } from '../pace.ts';
import { openChannel } from './channel.ts';
import type { ModelReply, ModelRequest, ModelThreadData, ProgramName } from './messages.ts';
import { createJobQueue, type Job } from './queue.ts';
import { type CallOptions, type ModelService, PUSH_ROWS, warmAttacks } from './types.ts';

export interface ModelThreadOptions {
  /** Threads of one operation; 2 by default, where there are two: a search is too small for more. */
  readonly threads?: number;
  /** Computes gradients and attacks, and, where it is a GPU that is named, embeddings; `cpu` by default. */
  readonly device?: DeviceName;
  /** How many calls of each class may wait; 256 by default. */
  readonly queueLimit?: number;
}

/** Pictures that are embedded in one run of the network. */
const BATCH = 8;

/**
 * Starts the model thread on the folder of a version; ready to embed when the promise resolves.
 * @throws HoldfastError MODEL_DAMAGED, DEVICE_UNAVAILABLE for a GPU that was named
 */
export async function startModelThread(directory: string, options: ModelThreadOptions = {}): Promise<ModelService> {
  const { threads = Math.min(2, availableParallelism()), device = 'cpu', queueLimit = 256 } = options;
  const workerData = { directory, threads, device } satisfies ModelThreadData;
  const channel = openChannel(startThread('thread', import.meta.url, { workerData }));
  await channel.ready;
  const pace = createPace();
  const queue = createJobQueue(queueLimit, pace.secondsFor);
  let running: Promise<void> | undefined;
  let closed: Promise<void> | undefined;
  const warming = new AbortController();

  const runAll = async (): Promise<void> => {
    for (let jobs = queue.take(BATCH); jobs.length > 0; jobs = queue.take(BATCH)) {
      const start = performance.now();
      await channel.ask(mergeRequests(jobs)).then(
        (reply) => splitReply(jobs, reply),
        (error) => {
          for (const job of jobs) job.reject(error);
        },
      );
      pace.took(jobs.length, performance.now() - start);
    }
    running = undefined;
  };
  const call = async <K extends ModelReply['kind']>(kind: K, request: ModelRequest, callOptions?: CallOptions) => {
    if (closed !== undefined) throw new HoldfastError('SHUTTING_DOWN', 'the model thread is closed');
    const reply = queue.push(request, callOptions);
    // What is asked in the same turn of the event loop can share a run.
    running ??= Promise.resolve().then(runAll);
    return expectKind(await reply, kind);
  };
  const prepare = (program: ProgramName): Promise<ReplyOf<'prepare'> | undefined> =>
    call('prepare', { kind: 'prepare', program }, { priority: 'probe', signal: warming.signal }).catch(() => undefined);

  return {
    failed: channel.failed,
    waiting: () => queue.lengths(),
    async warmUp() {
      const replies = await Promise.all((['push', ...warmAttacks] as const).map(prepare));
      return replies.at(-1)?.notes ?? [];
    },
    async embed(pixels, callOptions) {
      const replies = pixels.map((one) => call('embed', { kind: 'embed', pixels: [one] }, callOptions));
      return (await Promise.all(replies)).flatMap(({ embeddings }) => embeddings);
    },
    async pushes(pixels, directions, callOptions) {
      const jobs: Promise<ReplyOf<'pushes'>>[] = [];
      for (let i = 0; i < directions.length; i += PUSH_ROWS) {
        const rows = directions.slice(i, i + PUSH_ROWS);
        jobs.push(call('pushes', { kind: 'pushes', pixels, directions: rows }, callOptions));
      }
      return (await Promise.all(jobs)).flatMap(({ pushes }) => pushes);
    },
    async attackStep(attack, inputs, callOptions) {
      return (await call('step', { kind: 'step', attack, inputs }, callOptions)).result;
    },
    close() {
      warming.abort();
      closed ??= Promise.resolve(running).then(() => channel.close());
      return closed;
    },
  };
}

type ReplyOf<K extends ModelReply['kind']> = Extract<ModelReply, { kind: K }>;

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
