import { availableParallelism } from 'node:os';
import { HoldfastError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { NdArray } from '../../engine/types.ts';
import { toShared } from '../data/shared-bytes.ts';
import type { LabelledImages, Pictures } from '../types.ts';
import { type Pool, startPool } from './pool.ts';
import { prepareRows } from './prepare.ts';
import type { Loader, LoaderOptions, Setting, Work } from './types.ts';

/** Enough for a consumer that blocks its thread for the length of a batch and then asks for the next. */
const AHEAD = 3;

/**
 * Opens a loader on a set. Photographs are decoded, and pictures are augmented, on threads that work while the caller computes.
 * @throws HoldfastError OPTION_INVALID where the pictures are smaller than the network's or have other channels.
 */
export function createLoader(images: LabelledImages, options: LoaderOptions): Loader {
  const { size, channels, augmentation, ahead = AHEAD } = options;
  if (images.channels !== channels || images.size < size) {
    const [has, wants] = [images, options].map((form) => `${form.size} x ${form.size} x ${form.channels}`);
    throw new HoldfastError('OPTION_INVALID', `pictures of ${images.name} are ${has}; the network takes ${wants}`);
  }
  const { pictures } = images;
  const setting: Setting = {
    images: { size: images.size, channels, pictures: onSharedMemory(pictures) },
    size,
    channels,
    augmentation,
  };
  // A copy from memory is made faster than a message is passed.
  const here: Pool = { prepare: (work) => prepareRows(setting, work), close: async () => {} };
  const threads = options.threads ?? defaultThreads(pictures, augmentation);
  const pool = threads === 0 ? here : startPool(setting, threads);
  const single = pictures.kind === 'bytes' ? here : pool;
  const shape = [size, size, channels];
  let waited = 0;

  const received = async (asked: Promise<Float32Array>, rows: number): Promise<NdArray> => {
    const started = performance.now();
    const data = await asked;
    waited += (performance.now() - started) / 1000;
    return { shape: [rows, ...shape], data };
  };

  async function* epoch(batches: readonly (readonly number[])[], random: Random, from = 0): AsyncGenerator<NdArray> {
    const queue: Promise<Float32Array>[] = [];
    let next = from;
    const ask = (): void => {
      for (; next < batches.length && queue.length < ahead; next++) {
        const work: Work = { rows: batches[next] as readonly number[], seed: seedOf(random, next) };
        const asked = pool.prepare(work);
        // What fails is thrown where it is awaited, which may be later or, after a break, never.
        asked.catch(() => undefined);
        queue.push(asked);
      }
    };
    for (const { length } of batches.slice(from)) {
      ask();
      const asked = queue.shift() as Promise<Float32Array>;
      ask();
      yield await received(asked, length);
    }
  }

  return {
    epoch,
    batch: (rows) => received(single.prepare({ rows, seed: undefined }), rows.length),
    get waited() {
      return waited;
    },
    close: () => pool.close(),
  };
}

function defaultThreads(pictures: Pictures, augmentation: LoaderOptions['augmentation']): number {
  if (pictures.kind === 'files') return Math.min(2, availableParallelism());
  return augmentation === 'none' ? 0 : 1;
}

function onSharedMemory(pictures: Pictures): Pictures {
  return pictures.kind === 'files' ? pictures : { kind: 'bytes', bytes: toShared(pictures.bytes) };
}

/** A text of 53 random bits for a batch; the generator itself cannot be sent to a thread. */
function seedOf(random: Random, batch: number): string {
  return String(random.fork(`batch ${batch}`).uniform());
}
