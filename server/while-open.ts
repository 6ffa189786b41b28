import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../base/errors.ts';
import type { Lifecycle, Services } from './lifecycle.ts';

/** Far longer than it takes to embed the last records, or to find out that the server is gone that was to do it. */
const PATIENCE_MILLISECONDS = 300_000;
/** How often it is looked whether others are served, */
const LOOK_MILLISECONDS = 20;
/** and after how long the same ones are tried again: the gallery may be open again. */
const AGAIN_MILLISECONDS = 1_000;

/**
 * Changes the gallery by what is served. Where another server closes the gallery meanwhile, because another version takes over, the
 * change waits for it and is made anew with that.
 * @throws GALLERY_CLOSED when that takes too long; the signal's reason; what the change throws
 */
export async function whileOpen<T>(
  lifecycle: Pick<Lifecycle, 'services'>,
  signal: AbortSignal,
  change: (services: Services) => Promise<T>,
): Promise<T> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const services = lifecycle.services();
    try {
      return await change(services);
    } catch (error) {
      const isClosed = error instanceof HoldfastError && error.code === 'GALLERY_CLOSED';
      if (!isClosed || performance.now() > end) throw error;
    }
    const again = performance.now() + AGAIN_MILLISECONDS;
    while (lifecycle.services() === services && performance.now() < again) {
      await sleep(LOOK_MILLISECONDS);
      signal.throwIfAborted();
    }
  }
}
