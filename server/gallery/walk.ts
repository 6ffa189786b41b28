import type { Gallery, Page, RecordInfo } from '../../index/types.ts';

/** Records that are in memory at once. */
export const PAGE = 1000;

/** The records of a gallery in the order of their ids, page by page; what is written meanwhile may be among them or not. */
export async function* walkRecords(gallery: Gallery): AsyncGenerator<RecordInfo, undefined> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await gallery.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.records;
    cursor = page.next;
  }
  return undefined;
}
