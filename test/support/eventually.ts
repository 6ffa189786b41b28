import { vi } from 'vitest';

/** Longer than anything takes on a busy machine, and shorter than a test may take. */
const PATIENCE = { timeout: 30_000, interval: 10 };

/** Waits until a check no longer throws, and gives what it answers. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, PATIENCE);
}
