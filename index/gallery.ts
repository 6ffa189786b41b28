import { HoldfastError } from '../base/errors.ts';
import { packRecords } from './packing.ts';
import { IndexThread } from './remote.ts';
import type { Gallery, GalleryOptions } from './types.ts';
import { checkCount, checkId, checkVector } from './validation.ts';

/**
 * Opens the gallery of a folder, or makes an empty one, on a thread of its own.
 * @throws INDEX_LOCKED when another gallery has the folder, INDEX_DAMAGED naming the file that cannot be trusted,
 * MODEL_MISMATCH when another model made it, INDEX_WRITE_FAILED, OPTION_INVALID.
 */
export async function openGallery(options: GalleryOptions): Promise<Gallery> {
  const { directory, model, dimension, rebuild = false } = options;
  if (!Number.isSafeInteger(dimension) || dimension < 1) {
    throw new HoldfastError('OPTION_INVALID', `dimension: ${dimension} is not a whole number of at least 1`);
  }
  const thread = new IndexThread();
  await thread.ask('open', { directory, model, dimension, rebuild });
  return new RemoteGallery(thread, dimension);
}

/** Checks what comes in before it reaches the thread; what comes after `close` is refused. */
class RemoteGallery implements Gallery {
  private readonly thread: IndexThread;
  private readonly dimension: number;
  private closing: Promise<undefined> | undefined;
  readonly failed: Promise<Error>;

  constructor(thread: IndexThread, dimension: number) {
    this.thread = thread;
    this.dimension = dimension;
    this.failed = new Promise((resolve) => {
      void thread.gone.then((error) => {
        if (this.closing === undefined) resolve(error);
      });
    });
  }

  async add(...[records]: Parameters<Gallery['add']>): ReturnType<Gallery['add']> {
    const packed = packRecords(records, this.dimension);
    return this.open().ask('add', packed, [packed.vectors.buffer, packed.images.buffer]);
  }

  async remove(id: string): ReturnType<Gallery['remove']> {
    checkId(id);
    return this.open().ask('remove', id);
  }

  async get(id: string): ReturnType<Gallery['get']> {
    checkId(id);
    return this.open().ask('get', id);
  }

  async image(id: string): ReturnType<Gallery['image']> {
    checkId(id);
    return this.open().ask('image', id);
  }

  async search(...[vector, { k, exact = false }]: Parameters<Gallery['search']>): ReturnType<Gallery['search']> {
    checkCount('k', k);
    checkVector(vector, this.dimension);
    return this.open().ask('search', { vector: vector.slice(), options: { k, exact } });
  }

  async sample(count: number): ReturnType<Gallery['sample']> {
    checkCount('count', count);
    return this.open().ask('sample', count);
  }

  async status(): ReturnType<Gallery['status']> {
    return this.open().ask('status', undefined);
  }

  async save(): Promise<void> {
    return this.open().ask('save', undefined);
  }

  close(): Promise<void> {
    this.closing ??= this.thread.ask('close', undefined);
    return this.closing;
  }

  private open(): IndexThread {
    if (this.closing !== undefined) throw new HoldfastError('SHUTTING_DOWN', 'the gallery is closed');
    return this.thread;
  }
}
