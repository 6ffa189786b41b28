import { HoldfastError } from '../../base/errors.ts';
import type { Source } from './ingest.ts';
import type { OtherGallery } from './types.ts';

/** Opens the gallery of another version for as long as `use` reads its records. */
export async function withRecordsOf<T>(
  { model, open }: OtherGallery,
  use: (sources: readonly Source[]) => Promise<T>,
): Promise<T> {
  const gallery = await open();
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
          if (image === undefined) {
            throw new HoldfastError('INDEX_DAMAGED', `the gallery of ${model}: record "${id}" has no picture`);
          }
          return image;
        },
      })),
    );
  } finally {
    await gallery.close();
  }
}
