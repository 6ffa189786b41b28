import { HoldfastError } from '../base/errors.ts';
import { combineQueries } from './combine.ts';
import { parseFilter } from './filter/index.ts';
import type { Filter } from './filter/types.ts';
import { packRecords } from './packing.ts';
import { IndexThread } from './remote.ts';
import type { Gallery, GalleryOptions, SearchOptions, UpsertOutcome } from './types.ts';
import { sortOut } from './upsert.ts';
import { checkCount, checkId, checkScore, checkVector } from './validation.ts';

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

  async upsert(...[records]: Parameters<Gallery['upsert']>): ReturnType<Gallery['upsert']> {
    const thread = this.open();
    const { valid, refused } = sortOut(records, this.dimension);
    const packed = packRecords(valid, this.dimension);
    const replaced = await thread.ask('upsert', packed, [packed.vectors.buffer, packed.images.buffer]);
    const stored = packed.heads.map(
      ({ id }, i): UpsertOutcome => ({ id, status: replaced[i] ? 'replaced' : 'created' }),
    );
    let next = 0;
    return records.flatMap((_, i) => refused.get(i) ?? stored[next++] ?? []);
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

  async search(...[query, options]: Parameters<Gallery['search']>): ReturnType<Gallery['search']> {
    const checked = checkSearch(options);
    if (Array.isArray(query)) {
      return this.open().ask('search', { vector: combineQueries(query, this.dimension), options: checked });
    }
    checkVector(query, this.dimension);
    return this.open().ask('search', { vector: query.slice(), options: checked });
  }

  async list(...[{ limit, cursor, filter }]: Parameters<Gallery['list']>): ReturnType<Gallery['list']> {
    checkCount('limit', limit);
    if (cursor !== undefined) checkId(cursor);
    return this.open().ask('list', { limit, cursor, filter: checkFilter(filter) });
  }

  async count(filter?: Filter): ReturnType<Gallery['count']> {
    return this.open().ask('count', checkFilter(filter));
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

function checkSearch({ k, exact, ef, filter, minScore }: SearchOptions): SearchOptions {
  checkCount('k', k);
  if (ef !== undefined) checkCount('ef', ef);
  if (minScore !== undefined) checkScore('minScore', minScore);
  return { k, exact, ef, filter: checkFilter(filter), minScore };
}

/** The types do not hold for what came as JSON. */
function checkFilter(filter: Filter | undefined): Filter | undefined {
  return filter === undefined ? undefined : parseFilter(filter);
}
