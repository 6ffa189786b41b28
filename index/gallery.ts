import type { GalleryBackend } from './backend.ts';
import { CheckedGallery, checkDimension } from './checked.ts';
import type { PackedRecords } from './packing.ts';
import { IndexThread } from './remote.ts';
import type { Gallery, GalleryOptions } from './types.ts';

/**
 * Opens the gallery of a folder, or makes an empty one, on a thread of its own.
 * @throws INDEX_LOCKED when another gallery has the folder, INDEX_DAMAGED naming the file that cannot be trusted,
 * MODEL_MISMATCH when another model made it, INDEX_WRITE_FAILED, OPTION_INVALID.
 */
export async function openGallery(options: GalleryOptions): Promise<Gallery> {
  const { directory, model, dimension, rebuild = false } = options;
  checkDimension(dimension);
  const thread = new IndexThread();
  await thread.ask('open', { directory, model, dimension, rebuild });
  return new CheckedGallery(onThread(thread), dimension, thread.gone);
}

/** Has the thread do each call. */
function onThread(thread: IndexThread): GalleryBackend {
  const buffers = ({ vectors, images }: PackedRecords): ArrayBuffer[] => [vectors.buffer, images.buffer];
  return {
    add: (packed) => thread.ask('add', packed, buffers(packed)),
    upsert: (packed) => thread.ask('upsert', packed, buffers(packed)),
    remove: (id) => thread.ask('remove', id),
    get: (id) => thread.ask('get', id),
    image: (id) => thread.ask('image', id),
    vector: (id) => thread.ask('vector', id),
    search: (vector, options) => thread.ask('search', { vector, options }),
    find: (vector, options) => thread.ask('find', { vector, options }),
    list: (options) => thread.ask('list', options),
    count: (filter) => thread.ask('count', filter),
    sample: (count) => thread.ask('sample', count),
    status: () => thread.ask('status', undefined),
    save: () => thread.ask('save', undefined),
    close: () => thread.ask('close', undefined),
  };
}
