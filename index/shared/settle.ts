import type { Stores, Task, VectorEntry } from './types.ts';

/**
 * Makes the stores of vectors and pictures agree with the records for the labels of some tasks, and ends these. Done
 * again for what changes meanwhile.
 * @param known what is there of the labels, when the caller knows it already.
 * @throws STORE_UNAVAILABLE with the tasks left
 */
export async function settle(
  { records, vectors, images }: Stores,
  tasks: readonly Task[],
  known?: readonly VectorEntry[],
) {
  let left = tasks;
  let entries = known;
  while (left.length > 0) {
    const labels = [...new Set(left.map(({ label }) => label))];
    entries ??= await records.entries(labels);
    const there = entries.map(({ label }) => label);
    const gone = labels.filter((label) => !there.includes(label));
    if (entries.length > 0) await vectors.put(entries);
    if (gone.length > 0) await Promise.all([vectors.remove(gone), images.remove(gone)]);
    left = await records.finish(left, there);
    entries = undefined;
  }
}
