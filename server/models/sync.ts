import type { Gallery, RecordInfo } from '../../index/types.ts';
import { ingest, type Source } from '../gallery/ingest.ts';
import { PAGE, walkRecords } from '../gallery/walk.ts';
import type { Services } from '../lifecycle.ts';
import type { Priority } from '../model/types.ts';

/**
 * Makes the gallery of a model hold what the serving gallery holds, embedded anew: what is missing is added, what is gone
 * or was replaced since is removed. Both are walked side by side, a page of each in memory.
 * @param ids of the only records that may differ, which are looked at instead.
 * @param priority as `ingest`.
 * @param onProgress is told how many records of how many are done, after each page and each chunk that was embedded.
 * @returns how many records changed.
 * @throws the signal's reason, between two chunks.
 */
export async function syncGallery(
  from: Gallery,
  to: Services,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
  ids?: ReadonlySet<string>,
  priority?: Priority,
): Promise<number> {
  const total = ids === undefined ? await from.count() : ids.size;
  const all = ids === undefined ? pairs(walkRecords(from), walkRecords(to.gallery)) : pairsOf(ids, from, to.gallery);
  let [walked, removed] = [0, 0];
  const tell = (): void => onProgress(walked, Math.max(walked, total));
  const missing = async function* (): AsyncGenerator<Source> {
    for await (const { original, copy } of all) {
      signal.throwIfAborted();
      if (original !== undefined && ++walked % PAGE === 0) tell();
      // A copy keeps the moment of its original, which is another when that was replaced.
      if (original?.createdAt === copy?.createdAt) continue;
      if (copy !== undefined && (await to.gallery.remove(copy.id))) removed += 1;
      if (original !== undefined) yield { ...original, image: () => from.image(original.id) };
    }
  };
  return (await ingest(missing(), to, tell, signal, priority)) + removed;
}

interface Pair {
  readonly original: RecordInfo | undefined;
  readonly copy: RecordInfo | undefined;
}

type Walk = AsyncGenerator<RecordInfo, undefined>;

/** What two galleries have of each id that one of them has, in the order of the ids. */
async function* pairs(originals: Walk, copies: Walk): AsyncGenerator<Pair> {
  let { value: original } = await originals.next();
  let { value: copy } = await copies.next();
  while (original !== undefined || copy !== undefined) {
    const [isOriginal, isCopy] = [isFirst(original, copy), isFirst(copy, original)];
    yield { original: isOriginal ? original : undefined, copy: isCopy ? copy : undefined };
    if (isOriginal) original = (await originals.next()).value;
    if (isCopy) copy = (await copies.next()).value;
  }
}

/** The same of some ids. */
async function* pairsOf(ids: Iterable<string>, from: Gallery, to: Gallery): AsyncGenerator<Pair> {
  for (const id of ids) {
    const [original, copy] = await Promise.all([from.get(id), to.get(id)]);
    yield { original, copy };
  }
}

function isFirst(one: RecordInfo | undefined, other: RecordInfo | undefined): boolean {
  return one !== undefined && (other === undefined || one.id <= other.id);
}
