import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from './cluster.ts';
import type { ShardKeys } from './keys.ts';
import { rebuildShard } from './rebuild.ts';

export interface RebuilderOptions {
  readonly connection: Connection;
  /** As VADD calls it. */
  readonly quantisation: string;
  /** A shard is rebuilt when more of its vectors than these, and than this share of all, are removed. */
  readonly beyond: { readonly removed: number; readonly share: number };
  /** How long a search may still be in a vector set that was replaced, in milliseconds. */
  readonly linger: number;
}

/** Rebuilds shards in the background. */
export interface Rebuilder {
  /** Begins a rebuild of a shard that has too many removed vectors. */
  consider(keys: ShardKeys, counts: { readonly gone: number; readonly live: number }): void;
  /** Leaves off, and resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function startRebuilder({ connection, quantisation, beyond, linger }: RebuilderOptions): Rebuilder {
  const stopping = new AbortController();
  const running = new Map<ShardKeys, Promise<void>>();

  const rebuild = async (keys: ShardKeys): Promise<void> => {
    const stopped = (): boolean => stopping.signal.aborted;
    const swapped = await rebuildShard({ connection, keys, quantisation, token: randomUUID(), stopped });
    if (!swapped) return;
    await pause(linger, undefined, { signal: stopping.signal }).catch(() => undefined);
    await connection.run(keys.slot, [['UNLINK', keys.old]]);
  };

  return {
    consider(keys, { gone, live }) {
      const isDue = gone > beyond.removed && gone > beyond.share * (gone + live);
      if (!isDue || running.has(keys) || stopping.signal.aborted) return;
      // One that fails leaves all as it was, and the next removal begins another.
      const ended = rebuild(keys)
        .catch(() => undefined)
        .finally(() => running.delete(keys));
      running.set(keys, ended);
    },
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}
