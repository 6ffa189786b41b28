import { HoldfastError } from '../../base/errors.ts';
import type { Gallery } from '../../index/types.ts';
import type { Source } from './ingest.ts';
import type { OtherGallery } from './types.ts';
import { walkRecords } from './walk.ts';

/** Opens the gallery of another version for as long as `use` reads its records, of which there are `count`. */
export async function withRecordsOf<T>(
  { model, open }: OtherGallery,
  use: (sources: AsyncIterable<Source>, count: number) => Promise<T>,
): Promise<T> {
  const gallery = await open();
  try {
    return await use(sourcesOf(gallery, model), await gallery.count());
  } finally {
    await gallery.close();
  }
}

/** The records as sources of copies, page by page. @throws INDEX_DAMAGED from the picture of one that has none */
async function* sourcesOf(gallery: Gallery, model: string): AsyncGenerator<Source> {
  for await (const record of walkRecords(gallery)) {
    yield {
      ...record,
      async image() {
        const image = await gallery.image(record.id);
        if (image !== undefined) return image;
        throw new HoldfastError('INDEX_DAMAGED', `the gallery of ${model}: record "${record.id}" has no picture`);
      },
    };
  }
}
