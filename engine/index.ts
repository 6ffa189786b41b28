import { createEagerEngine } from './eager.ts';
import type { Engine } from './types.ts';

/** The engine for a device. */
export async function createEngine(
  _options: { readonly device?: string; readonly threads?: number } = {},
): Promise<Engine> {
  return createEagerEngine();
}
