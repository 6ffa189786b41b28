import { HoldfastError } from '../../base/errors.ts';
import { type PackedRecords, type UnpackedRecord, unpackRecords } from '../packing.ts';
import { settle } from './settle.ts';
import type { Inserted, Stores, Task } from './types.ts';

/** Pictures that are on their way to their store at once. */
const AT_ONCE = 8;
/** A write whose tasks are claimed, because it took so long, is begun anew. */
const ATTEMPTS = 3;
/** With so many tasks not done, a store has been away for long; more would make searches slow. */
const MOST_TASKS = 10_000;

/**
 * Stores packed records: pictures, then the records in one transaction, then the vectors. Answers with which took the
 * place of another.
 * @param onLeft is given the tasks of a write that failed, which have to be settled later.
 * @throws RECORD_EXISTS, INDEX_WRITE_FAILED with nothing stored; STORE_UNAVAILABLE, and then all may be stored and is
 * completed later
 */
export async function storeRecords(
  stores: Stores,
  packed: PackedRecords,
  replace: boolean,
  onLeft: (tasks: readonly Task[]) => void,
): Promise<readonly boolean[]> {
  const unpacked = [...unpackRecords(packed, stores.records.dimension)];
  if (unpacked.length === 0) return [];
  await refuseWhenBehind(stores);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const tasks = await stores.records.reserve(unpacked.length);
    const inserted = await insert(stores, tasks, unpacked, replace).catch((error: unknown) => {
      onLeft(tasks);
      throw error;
    });
    if (inserted !== undefined) {
      await finish(stores, inserted, onLeft);
      return inserted.replaced;
    }
    // Pictures may have come after the one who claimed the tasks removed what there was.
    onLeft(tasks);
  }
  throw new HoldfastError('STORE_UNAVAILABLE', 'the pictures take too long to be stored');
}

/** Removes a record; whether there was one. @throws STORE_UNAVAILABLE */
export async function removeRecord(stores: Stores, id: string, onLeft: (tasks: readonly Task[]) => void) {
  const task = await stores.records.delete(id);
  if (task === undefined) return false;
  await finish(stores, { tasks: [task], entries: [] }, onLeft);
  return true;
}

async function refuseWhenBehind({ records, vectors }: Stores): Promise<void> {
  if ((await records.countTasks(MOST_TASKS)) < MOST_TASKS) return;
  throw new HoldfastError(
    'STORE_UNAVAILABLE',
    `${MOST_TASKS} writes wait for the vectors (${vectors.kind}) or pictures`,
  );
}

async function insert(
  { records, images }: Stores,
  tasks: readonly Task[],
  unpacked: readonly UnpackedRecord[],
  replace: boolean,
): Promise<Inserted | undefined> {
  for (let start = 0; start < unpacked.length; start += AT_ONCE) {
    const some = unpacked.slice(start, start + AT_ONCE);
    await Promise.all(
      some.map(({ type, look, image }, i) =>
        images.put(labelOf(tasks[start + i]), { type, look: look ?? undefined, bytes: image }),
      ),
    );
  }
  const rows = unpacked.map(({ head, vector }) => ({ ...head, vector }));
  return records.insert(tasks, rows, replace);
}

async function finish(
  stores: Stores,
  { tasks, entries }: Pick<Inserted, 'tasks' | 'entries'>,
  onLeft: (tasks: readonly Task[]) => void,
): Promise<void> {
  try {
    await settle(stores, tasks, entries);
  } catch (error) {
    onLeft(tasks);
    throw error;
  }
}

function labelOf(task: Task | undefined): number {
  if (task === undefined) throw new RangeError('there are fewer labels than records');
  return task.label;
}
