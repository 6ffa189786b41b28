import type { Answer } from './load.ts';

/**
 * Does some work while a load goes on, which ends with it, also where it fails.
 * @param fire sends requests until the signal
 * @returns what the work came to, and the answers of the load
 */
export async function beside<T>(
  fire: (signal: AbortSignal) => Promise<Answer[]>,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly answers: Answer[] }> {
  const stop = new AbortController();
  const load = fire(stop.signal);
  let result: T;
  try {
    result = await work();
  } finally {
    stop.abort();
    await load;
  }
  return { result, answers: await load };
}
