import type { Gallery } from '../../index/types.ts';
import type { OtherGallery } from './types.ts';

/** Opens the gallery of another version for as long as `use` reads its records. */
export async function withGallery<T>({ open }: OtherGallery, use: (gallery: Gallery) => Promise<T>): Promise<T> {
  const gallery = await open();
  try {
    return await use(gallery);
  } finally {
    await gallery.close();
  }
}
