import { HoldfastError } from '../base/errors.ts';
import type { GalleryBackend } from './backend.ts';
import { combineQueries } from './combine.ts';
import { parseFilter } from './filter/index.ts';
import type { Filter } from './filter/types.ts';
import { type PackedRecords, packRecords } from './packing.ts';
import type { Gallery, SearchOptions, UpsertOutcome } from './types.ts';
import { sortOut } from './upsert.ts';
import { checkCount, checkId, checkScore, checkVector } from './validation.ts';
import { createWrites, type Writes, type WriteWatch } from './write-watch.ts';

/** A gallery that checks what comes in before its backend sees it; what comes after `close` is refused. */
export class CheckedGallery implements Gallery {
  private readonly backend: GalleryBackend;
  private readonly dimension: number;
  private readonly writes: Writes;
  private closing: Promise<void> | undefined;
  readonly failed: Promise<Error>;

  /** @param gone resolves when the backend ends, by `close` or by itself. */
  constructor(backend: GalleryBackend, dimension: number, gone: Promise<Error> = new Promise(() => {})) {
    this.backend = backend;
    this.dimension = dimension;
    this.writes = createWrites();
    this.failed = new Promise((resolve) => {
      void gone.then((error) => {
        if (this.closing === undefined) resolve(error);
      });
    });
  }

  async add(...[records]: Parameters<Gallery['add']>): ReturnType<Gallery['add']> {
    const packed = packRecords(records, this.dimension);
    return this.writes.during(idsOf(packed), this.open().add(packed));
  }

  async upsert(...[records]: Parameters<Gallery['upsert']>): ReturnType<Gallery['upsert']> {
    const backend = this.open();
    const { valid, refused } = sortOut(records, this.dimension);
    const packed = packRecords(valid, this.dimension);
    const replaced = await this.writes.during(idsOf(packed), backend.upsert(packed));
    const stored = packed.heads.map(
      ({ id }, i): UpsertOutcome => ({ id, status: replaced[i] ? 'replaced' : 'created' }),
    );
    let next = 0;
    return records.flatMap((_, i) => refused.get(i) ?? stored[next++] ?? []);
  }

  async remove(id: string): ReturnType<Gallery['remove']> {
    checkId(id);
    return this.writes.during([id], this.open().remove(id));
  }

  async get(id: string): ReturnType<Gallery['get']> {
    checkId(id);
    return this.open().get(id);
  }

  async image(id: string): ReturnType<Gallery['image']> {
    checkId(id);
    return this.open().image(id);
  }

  async vector(id: string): ReturnType<Gallery['vector']> {
    checkId(id);
    return this.open().vector(id);
  }

  async search(...[query, options]: Parameters<Gallery['search']>): ReturnType<Gallery['search']> {
    const checked = checkSearch(options);
    if (Array.isArray(query)) return this.open().search(combineQueries(query, this.dimension), checked);
    checkVector(query, this.dimension);
    return this.open().search(query.slice(), checked);
  }

  async find(...[query, options]: Parameters<Gallery['find']>): ReturnType<Gallery['find']> {
    const { behind } = options;
    if (!Number.isSafeInteger(behind) || behind < 0)
      throw new HoldfastError('REQUEST_INVALID', `behind: ${behind} is not a whole number of at least 0`);
    checkVector(query, this.dimension);
    return this.open().find(query.slice(), { ...checkSearch(options), behind });
  }

  async list(...[{ limit, cursor, filter }]: Parameters<Gallery['list']>): ReturnType<Gallery['list']> {
    checkCount('limit', limit);
    if (cursor !== undefined) checkId(cursor);
    return this.open().list({ limit, cursor, filter: checkFilter(filter) });
  }

  async count(filter?: Filter): ReturnType<Gallery['count']> {
    return this.open().count(checkFilter(filter));
  }

  async sample(count: number): ReturnType<Gallery['sample']> {
    checkCount('count', count);
    return this.open().sample(count);
  }

  async watch(): Promise<WriteWatch> {
    const backend = this.open();
    return backend.watch?.() ?? this.writes.watch();
  }

  async status(): ReturnType<Gallery['status']> {
    return this.open().status();
  }

  async save(): Promise<void> {
    return this.open().save();
  }

  close(): Promise<void> {
    this.closing ??= this.backend.close();
    return this.closing;
  }

  private open(): GalleryBackend {
    if (this.closing !== undefined) throw new HoldfastError('SHUTTING_DOWN', 'the gallery is closed');
    return this.backend;
  }
}

function idsOf({ heads }: PackedRecords): string[] {
  return heads.map(({ id }) => id);
}

/** @throws OPTION_INVALID unless a gallery may have that many dimensions. */
export function checkDimension(dimension: number): void {
  if (Number.isSafeInteger(dimension) && dimension >= 1) return;
  throw new HoldfastError('OPTION_INVALID', `dimension: ${dimension} is not a whole number of at least 1`);
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
