import type { Gallery, Page, RecordInfo } from '../../index/types.ts';
import { ingest, type Source } from '../gallery/ingest.ts';
import type { Services } from '../lifecycle.ts';

const PAGE = 1000;

async function recordsOf(gallery: Gallery): Promise<RecordInfo[]> {
  const records: RecordInfo[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await gallery.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    records.push(...page.records);
    cursor = page.next;
  }
  return records;
}

/**
 * Makes the gallery of a model hold what the serving gallery holds, embedded anew: what is missing is added, what is gone
 * or was replaced since is removed.
 * @returns how many records changed.
 * @throws the signal's reason, between two chunks.
 */
export async function syncGallery(
  from: Gallery,
  to: Services,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const wanted = new Map((await recordsOf(from)).map((record) => [record.id, record]));
  let removed = 0;
  for (const { id, createdAt } of await recordsOf(to.gallery)) {
    const record = wanted.get(id);
    // The copy of a record is younger than the record, unless that was replaced.
    if (record !== undefined && record.createdAt <= createdAt) wanted.delete(id);
    else if (await to.gallery.remove(id)) removed += 1;
  }
  const sources = [...wanted.values()].map((record) => sourceOf(record, from));
  // One that is removed meanwhile has no picture any more, and is missed by the next round.
  const there = (
    await Promise.all(sources.map(async (source) => ((await from.get(source.id)) ? [source] : [])))
  ).flat();
  return removed + (await ingest(there, to, onProgress, signal));
}

function sourceOf({ id, label, metadata }: RecordInfo, from: Gallery): Source {
  return {
    ...{ id, label, metadata },
    async image() {
      const image = await from.image(id);
      if (image === undefined) throw new RecordGone(id);
      return image;
    },
  };
}

/** A record was removed between two looks at it; the next round sees that. */
export class RecordGone extends Error {
  constructor(id: string) {
    super(`record "${id}" is gone`);
    this.name = 'RecordGone';
  }
}
