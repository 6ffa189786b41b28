import type { Lifecycle, Services } from '../lifecycle.ts';

/** What is served, and what was before. */
export interface Served {
  /** The version that a rollback goes to. */
  readonly previous: string | null;
  /** Serves others from now on. What was served is closed when the last request that began with it has ended. */
  replace(next: Services, previous: string | null): void;
  /** Closes what was opened. Nobody waits for it who could do more about a failure than to know of it. */
  close(services: Services): Promise<void>;
  /** Resolves when all that was replaced is closed. */
  retired(): Promise<void>;
}

export interface ServedSetting {
  readonly lifecycle: Lifecycle;
  readonly previous: string | null;
  /** Is given what is served from now on. */
  readonly onServed: (services: Services) => void;
  readonly log: (line: string) => void;
}

export function createServed({ lifecycle, previous: first, onServed, log }: ServedSetting): Served {
  let previous = first;
  let retiring: Promise<void> = Promise.resolve();
  const close = async ({ model, gallery, manifest }: Services): Promise<void> => {
    for (const ended of await Promise.allSettled([model.close(), gallery.close()])) {
      if (ended.status === 'rejected') log(`${manifest.version} was not closed in order: ${reasonOf(ended.reason)}`);
    }
  };
  const retire = async (old: Services, before: Promise<void>): Promise<void> => {
    await lifecycle.drained();
    await close(old);
    await before;
  };
  return {
    get previous() {
      return previous;
    },
    replace(next, before) {
      const old = lifecycle.services();
      previous = before;
      lifecycle.open(next);
      onServed(next);
      log(`${next.manifest.version} is served in place of ${old.manifest.version}`);
      retiring = retire(old, retiring);
    },
    close,
    retired: () => retiring,
  };
}

/** What a log says of a failure. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
