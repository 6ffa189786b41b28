import { HoldfastError } from '../../base/errors.ts';
import { openGallery } from '../../index/index.ts';
import type { Filled } from './filled.ts';
import type { Source } from './ingest.ts';

/** Opens the gallery of another version for as long as `use` reads its records. */
export async function withRecordsOf<T>(
  { directory, model, dimension }: Filled & { readonly directory: string },
  use: (sources: readonly Source[]) => Promise<T>,
): Promise<T> {
  const gallery = await openGallery({ directory, model, dimension });
  try {
    const { count } = await gallery.status();
    const records = count === 0 ? [] : await gallery.sample(count);
    return await use(
      records.map(({ id, label, metadata }) => ({
        id,
        label,
        metadata,
        async image() {
          const image = await gallery.image(id);
          if (image === undefined)
            throw new HoldfastError('INDEX_DAMAGED', `${directory}: record "${id}" has no picture`);
          return image;
        },
      })),
    );
  } finally {
    await gallery.close();
  }
}
