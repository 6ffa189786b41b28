import { availableParallelism } from 'node:os';
import { startThread } from '../../base/threads.ts';
import type { DeviceName } from '../../engine/devices/names.ts';
import { openChannel } from './channel.ts';
import { type Line, openLine, type ReplyOf } from './line.ts';
import type { ModelThreadData, ProgramName } from './messages.ts';
import { type AwaitedPriority, attackNames, type ModelService, PUSH_ROWS, warmAttacks } from './types.ts';

export interface ModelOptions {
  /** Threads of one operation; 2 by default, where there are two: a search is too small for more. */
  readonly threads?: number;
  /** Computes gradients and attacks, and, where it is a GPU that is named, embeddings; `cpu` by default. */
  readonly device?: DeviceName;
  /** How many calls of each class may wait; 256 by default. */
  readonly queueLimit?: number;
  /** SHA-256 of the version's files by name, as its manifest has them: a thread that opens it later opens the same. Not checked by default. */
  readonly files?: Readonly<Record<string, string>>;
}

/** How far the threads stand behind the event loop, which has little to do and must do it at once. See `lowerPriority`. */
const SEARCH_NICE = 2;
const BACKGROUND_NICE = 6;

/**
 * Starts the model threads on the folder of a version: one that embeds for searches, and with the first call one for everything else, which the
 * operating system interrupts for the first. A GPU that is named does one thing after the other anyway, and has a single thread. Ready to embed
 * when the promise resolves. @throws HoldfastError MODEL_DAMAGED, also for files that have changed, DEVICE_UNAVAILABLE for a GPU that was named
 */
export async function startModel(directory: string, options: ModelOptions = {}): Promise<ModelService> {
  const { threads = Math.min(2, availableParallelism()), device = 'cpu', queueLimit = 256, files = {} } = options;
  const open = (nice: number, embedsAtOnce: boolean): Line => {
    const workerData: ModelThreadData = { directory, files, threads, device, nice, embedsAtOnce };
    return openLine(openChannel(startThread('thread', import.meta.url, { workerData })), queueLimit);
  };
  const searches = open(SEARCH_NICE, true);
  await searches.ready;
  const single = device === 'webgpu' || device === 'cuda';
  return serve(searches, single ? () => searches : () => open(BACKGROUND_NICE, false));
}

function serve(searches: Line, openOthers: () => Line): ModelService {
  const lines = new Set([searches]);
  const warming = new AbortController();
  let background: Line | undefined;
  let closed = false;
  let fail: (cause: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  void searches.failed.then(fail);
  const others = (): Line => {
    // It refuses what comes after the end.
    if (closed) return searches;
    if (background === undefined) {
      background = openOthers();
      lines.add(background);
      void background.failed.then(fail);
    }
    return background;
  };
  const prepare = (program: ProgramName): Promise<ReplyOf<'prepare'> | undefined> =>
    others()
      .call('prepare', { kind: 'prepare', program }, { priority: 'idle', signal: warming.signal })
      .catch(() => undefined);

  return {
    failed,
    waiting() {
      const lengths = [...lines].map((line) => line.waiting());
      const of = (name: AwaitedPriority): number => lengths.reduce((sum, one) => sum + one[name], 0);
      return { search: of('search'), probe: of('probe') };
    },
    async warmUp() {
      const replies = await Promise.all((['push', ...warmAttacks] as const).map(prepare));
      // What is ready is made ready in no time.
      for (const attack of attackNames) void prepare(attack);
      return replies.at(-1)?.notes ?? [];
    },
    async embed(pixels, options = {}) {
      const line = options.priority === 'probe' ? others() : searches;
      const replies = pixels.map((one) => line.call('embed', { kind: 'embed', pixels: [one] }, options));
      return (await Promise.all(replies)).flatMap(({ embeddings }) => embeddings);
    },
    async pushes(pixels, directions, options) {
      const jobs: Promise<ReplyOf<'pushes'>>[] = [];
      for (let i = 0; i < directions.length; i += PUSH_ROWS) {
        const rows = directions.slice(i, i + PUSH_ROWS);
        jobs.push(others().call('pushes', { kind: 'pushes', pixels, directions: rows }, options));
      }
      return (await Promise.all(jobs)).flatMap(({ pushes }) => pushes);
    },
    async attackStep(attack, inputs, options) {
      return (await others().call('step', { kind: 'step', attack, inputs }, options)).result;
    },
    async close() {
      closed = true;
      warming.abort();
      await Promise.all([...lines].map((line) => line.close()));
    },
  };
}
