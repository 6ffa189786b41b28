import type { Stores } from './types.ts';

const CHUNK = 1_000;

/**
 * Whether the store lacks vectors of records: they were never all put into it, or it has lost some. Those of writes that are
 * not finished may lack. @throws STORE_UNAVAILABLE
 */
export async function lacksVectors({ records, vectors }: Stores): Promise<boolean> {
  const before = await records.state();
  if (!before.whole) return true;
  const there = await vectors.count();
  const after = await records.state();
  return [before, after].every(({ count, pending }) => there < count - pending.length);
}

/**
 * Puts the vectors of all records into their store, which is emptied first. Writes go on beside it and put their own; searches
 * scan the records until it is done. False when another server does it, or takes it over.
 * @param loader names this server.
 * @throws STORE_UNAVAILABLE; the signal's reason
 */
export async function loadVectors({ records, vectors }: Stores, loader: string, signal: AbortSignal): Promise<boolean> {
  if (!(await records.beginLoad(vectors.kind, loader))) return false;
  await vectors.clear();
  for (let last = 0; ; ) {
    signal.throwIfAborted();
    const entries = await records.entriesAfter(last, CHUNK);
    const end = entries.at(-1);
    if (end === undefined) return records.endLoad(loader);
    await vectors.put(entries);
    if (!(await records.keepLoad(loader))) return false;
    last = end.label;
  }
}
