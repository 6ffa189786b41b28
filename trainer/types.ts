import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Metric } from '../attack/types.ts';
import type { Random } from '../base/random.ts';
import type { Backbone } from '../embedding/types.ts';
import type { NdArray } from '../engine/types.ts';

/** Rows of a batch that form triplets: equally long lists of row numbers. */
export interface Triplets {
  readonly anchors: readonly number[];
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

export type { Metric };

/** What a miner sees: a batch of SPC-2 rows (anchor, positive, anchor, positive, ...). */
export interface MinerInput {
  /** Rows x dimension, raw: the miner normalises as the metric asks. */
  readonly embeddings: NdArray;
  readonly labels: ArrayLike<number>;
  readonly metric: Metric;
  /** Margin of the semi-hard condition. */
  readonly margin: number;
  /** 0-based epoch and their number, for gradual miners. */
  readonly epoch: number;
  readonly epochs: number;
}

/** Rows from which each anchor's negative (and positive) is drawn uniformly; the draw is shared by all miners. */
export interface Candidates {
  readonly anchors: readonly number[];
  readonly positives: readonly (readonly number[])[];
  readonly negatives: readonly (readonly number[])[];
}

export interface Miner {
  readonly name: string;
  candidates(input: MinerInput): Candidates;
}

/** A loss on triplets: one value per triplet from row-aligned embeddings, already normalised where the metric says so. */
export interface TripletLoss {
  readonly name: string;
  evaluate(anchors: Tensor2D, positives: Tensor2D, negatives: Tensor2D, metric: Metric, margin: number): Tensor1D;
}

export type Reducer = (values: Tensor1D) => Scalar;

/** A labelled set of pictures, ready for a network. */
export interface LabelledImages {
  readonly name: string;
  /** Count x size x size x 3 bytes. */
  readonly pixels: Uint8Array;
  readonly size: number;
  /** Class number of each picture, 0-based, by the order of `classes`. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

export interface DataSet {
  readonly name: string;
  /** Of its pictures. */
  readonly channels: Backbone['channels'];
  /**
   * Zero-shot halves: the classes of `test` do not occur in `train`. Pictures are size x size; what took long to make is kept
   * in the cache folder.
   */
  load(
    size: number,
    cacheFolder: string,
    onProgress?: (done: number, total: number) => void,
  ): Promise<{ readonly train: LabelledImages; readonly test: LabelledImages }>;
}

export interface Sampler {
  /** The batches of one epoch: row numbers of the data set, (anchor, positive) pairs one after the other. */
  epoch(labels: ArrayLike<number>, pairs: number, random: Random): readonly (readonly number[])[];
}
