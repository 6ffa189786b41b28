import type { SerializedError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { NdArray } from '../../engine/types.ts';
import type { AugmentationName, LabelledImages, NetworkInput } from '../types.ts';

export interface LoaderOptions extends NetworkInput {
  /** What an epoch does to the pictures. */
  readonly augmentation: AugmentationName;
  /** Threads that prepare batches; none where there is nothing to do but to copy. */
  readonly threads?: number;
  /** Batches of an epoch that are asked for before they are needed, at most. */
  readonly ahead?: number;
}

/** Batches of a set as the input of a network: rows x size x size x channels, pixels in [0,1]. */
export interface Loader {
  /**
   * The batches of an epoch, augmented, in their order. The bits depend on `random` and the batch's place in the list alone: not
   * on time, threads or what was drawn before. @param from the batch to begin with, for an epoch that was stopped.
   */
  epoch(batches: readonly (readonly number[])[], random: Random, from?: number): AsyncIterable<NdArray>;
  /** Some rows as evaluation sees them: the middle of each picture, not augmented. */
  batch(rows: readonly number[]): Promise<NdArray>;
  /** Seconds that callers waited for batches, so far. */
  readonly waited: number;
  /** Ends the threads, each after the batch it is at. Batches that were asked for and not given are rejected. */
  close(): Promise<void>;
}

/** Everything that preparing a batch needs to know, and that does not change from batch to batch. */
export interface Setting extends NetworkInput {
  readonly images: Pick<LabelledImages, 'size' | 'channels' | 'pictures'>;
  readonly augmentation: AugmentationName;
}

/** A batch to be prepared. */
export interface Work {
  readonly rows: readonly number[];
  /** Of all that is random in it; undefined for a batch without augmentation. */
  readonly seed: string | undefined;
}

export type Request =
  | { readonly kind: 'prepare'; readonly number: number; readonly work: Work }
  | { readonly kind: 'close' };

export type Reply = { readonly number: number } & (
  | { readonly data: Float32Array }
  | { readonly error: SerializedError }
);
