import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type ErrorCode, HoldfastError } from '../../../base/errors.ts';
import { createRandom, type Random } from '../../../base/random.ts';
import { foldGraph, type StartFold } from '../../../index/fold.ts';
import type { LocalGallery } from '../../../index/local.ts';
import { packRecords } from '../../../index/packing.ts';
import { RecordStore } from '../../../index/records.ts';
import type { GalleryOptions, NewRecord } from '../../../index/types.ts';
import { randomUnit } from './vectors.ts';

export const MODEL = 'compact-1';

/** Gives out empty folders and removes them after each test of the file. */
export function temporaryFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-index-'));
    folders.push(folder);
    return folder;
  };
}

export function optionsOf(directory: string, dimension: number, more: Partial<GalleryOptions> = {}): GalleryOptions {
  return { directory, model: MODEL, dimension, ...more };
}

export function recordOf(id: string, vector: Float32Array, more: Partial<NewRecord> = {}): NewRecord {
  return { id, vector, label: `label of ${id}`, metadata: { of: id }, image: imageOf(id), ...more };
}

export function imageOf(id: string): NewRecord['image'] {
  return { type: 'image/png', bytes: Buffer.from(`picture of ${id} `.repeat(4)) };
}

/** Records `prefix0`, `prefix1`, ... with vectors from the generator. */
export function someRecords(random: Random, count: number, dimension: number, prefix = 'r'): NewRecord[] {
  return Array.from({ length: count }, (_, i) => recordOf(`${prefix}${i}`, randomUnit(random, dimension)));
}

export function addLocally(gallery: LocalGallery, dimension: number, records: readonly NewRecord[]): string[] {
  return gallery.add(packRecords(records, dimension));
}

/** Makes generations at once, on the thread that calls. */
export const foldHere: StartFold = (job) => {
  try {
    return { done: Promise.resolve(foldGraph(job)), stop: () => {} };
  } catch (error) {
    return { done: Promise.reject(error), stop: () => {} };
  }
};

/** Makes a folder with `count` records and the graph of all of them, closed. Answers with the records. */
export function makeGallery(directory: string, count: number, dimension: number, seed = 1): NewRecord[] {
  const records = someRecords(createRandom(seed), count, dimension);
  const packed = packRecords(records, dimension);
  const store = new RecordStore(join(directory, 'records.sqlite'), MODEL, dimension);
  const labels = store.insert(packed).map(({ label }) => label);
  const { identity, sequence } = store;
  store.close();
  const path = join(directory, 'graph.hnsw');
  const owner = { identity, model: MODEL, dimension, sequence };
  const folded = foldGraph({ path, owner, keep: false, gone: [], labels, vectors: packed.vectors });
  if (folded !== undefined) rmSync(folded.scratch, { force: true });
  return records;
}

/** What the work threw. */
export function errorOf(work: () => unknown): HoldfastError {
  try {
    work();
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export function codeOf(work: () => unknown): ErrorCode {
  return errorOf(work).code;
}

/** What the promise was rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<HoldfastError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
