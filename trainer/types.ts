import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Metric } from '../attack/types.ts';
import type { Random } from '../base/random.ts';
import type { Backbone, Preprocessing } from '../embedding/types.ts';
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

/** The input of a network: side of the square in pixels, and channels (1 is grey, 3 is sRGB). */
export type NetworkInput = Pick<Backbone, 'size' | 'channels'>;

/** Small sets are held in memory; photographs are read and decoded when they are asked for. */
export type Pictures =
  | {
      readonly kind: 'bytes';
      /** Count x size x size x channels. On shared memory (`sharedBytes`), threads read it where it is; it is copied otherwise. */
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'files';
      /** One JPEG, PNG or WebP per picture. */
      readonly paths: readonly string[];
      readonly preprocessing: Preprocessing;
    };

/** A labelled set of pictures. */
export interface LabelledImages {
  readonly name: string;
  /** Side of the stored square pictures: the network's, or more where training crops. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** Class number of each picture, 0-based, by the order of `classes`. */
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  readonly pictures: Pictures;
}

export interface Halves {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** How training changes the pictures of a set; one file each in `augmentations/`. */
export type AugmentationName = 'pose' | 'crop' | 'none';

export interface LoadOptions extends NetworkInput {
  /** Where the set lies on disk: its folder, or its file for a manifest. */
  readonly folder?: string | undefined;
  /** Folder for what took long to make. */
  readonly cache: string;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface DataSet {
  readonly name: string;
  /** One line for people who choose. */
  readonly summary: string;
  readonly augmentation: AugmentationName;
  /** Whether it lies in a folder that has to be named. */
  readonly needsFolder: boolean;
  /** How a picture becomes the input of a network that is trained on this set; the model version carries it. */
  preprocessing(input: NetworkInput): Preprocessing;
  /**
   * The official halves: zero-shot (the classes of `test` do not occur in `train`), except for sets of digits and clothes.
   * @throws HoldfastError DATA_MISSING, DATA_DAMAGED
   */
  load(options: LoadOptions): Promise<Halves>;
}

export interface Sampler {
  /** The batches of one epoch: row numbers of the data set, (anchor, positive) pairs one after the other. */
  epoch(labels: ArrayLike<number>, pairs: number, random: Random): readonly (readonly number[])[];
}
