import { randomUUID } from 'node:crypto';
import { HoldfastError, type SerializedError, serializeError } from '../../base/errors.ts';
import { lacksVectors, loadVectors } from './load.ts';
import { settle } from './settle.ts';
import type { Stores, Task } from './types.ts';

const MILLISECONDS = 10_000;
/** To count all vectors may take a while, so it is done only each so many times. */
const COUNTED_EACH = 30;
/** A write that has taken longer is taken for interrupted. */
const ABANDONED_SECONDS = 120;
const CHUNK = 500;

/** What a server does beside the calls: it completes writes that were interrupted, its own and those of others. */
export interface Upkeep {
  /** Keeps tasks of a write that failed here. */
  later(tasks: readonly Task[]): void;
  /** Does all that is to be done now. @throws STORE_UNAVAILABLE */
  run(): Promise<void>;
  /** Begins to put all vectors into their store. */
  reload(): void;
  /** Resolves when this server is not putting all vectors into their store any more. @throws STORE_UNAVAILABLE when that failed */
  loaded(): Promise<void>;
  readonly isLoading: boolean;
  /** Why the last run or load failed, until one succeeds. */
  readonly fault: SerializedError | undefined;
  close(): Promise<void>;
}

/** Runs by itself from time to time. @param abandonedSeconds after which the tasks of others are taken over. */
export function startUpkeep(stores: Stores, abandonedSeconds = ABANDONED_SECONDS): Upkeep {
  const ending = new AbortController();
  const loader = randomUUID();
  let own: Task[] = [];
  let fault: SerializedError | undefined;
  let loading: Promise<void> | undefined;
  let working: Promise<void> = Promise.resolve();

  const noted = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      fault = undefined;
    } catch (error) {
      if (!ending.signal.aborted) fault = serializeError(error);
      throw error;
    }
  };
  const work = (): Promise<void> =>
    noted(async () => {
      const tasks = own;
      own = [];
      await settle(stores, tasks).catch((error: unknown) => {
        own.push(...tasks);
        throw error;
      });
      for (let claimed = CHUNK; claimed === CHUNK && !ending.signal.aborted; ) {
        const others = await stores.records.claim(abandonedSeconds, CHUNK);
        await settle(stores, others);
        claimed = others.length;
      }
    });
  const reload = (): void => {
    loading ??= noted(async () => void (await loadVectors(stores, loader, ending.signal))).finally(() => {
      loading = undefined;
    });
    loading.catch(() => undefined);
  };
  const run = (): Promise<void> => {
    const next = working.catch(() => undefined).then(work);
    working = next;
    return next;
  };
  let looks = 0;
  const look = async (): Promise<void> => {
    await run();
    const counts = ++looks % COUNTED_EACH === 0;
    // A server that was putting the vectors into their store has died, or the store has lost some.
    if (counts ? await lacksVectors(stores) : !(await stores.records.state()).whole) reload();
  };
  const timer = setInterval(() => void look().catch(() => undefined), MILLISECONDS);
  timer.unref();
  return {
    later: (tasks) => void own.push(...tasks),
    run,
    reload,
    loaded: async () => loading,
    get isLoading() {
      return loading !== undefined;
    },
    get fault() {
      return fault;
    },
    async close() {
      clearInterval(timer);
      ending.abort(new HoldfastError('SHUTTING_DOWN', 'the gallery is being closed'));
      await Promise.allSettled([working, loading]);
    },
  };
}
