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

/** Rows from which each anchor's negative (and positive) is drawn; the draw is shared by all miners. */
export interface Candidates {
  readonly anchors: readonly number[];
  readonly positives: readonly (readonly number[])[];
  readonly negatives: readonly (readonly number[])[];
  /** For each anchor, of its negative candidates in their order, adding up to 1. Without it all are equally likely. */
  readonly probabilities?: readonly ArrayLike<number>[];
  /** For each anchor, whether the batch has no row of another class: its negatives are then all rows, for want of any. */
  readonly alone?: readonly boolean[];
}

export interface Miner {
  readonly name: string;
  /** Whether it goes by labels alone: the embeddings that it is given may then have no columns. */
  readonly blind?: boolean;
  candidates(input: MinerInput): Candidates;
}

/** Where released code does what it cannot have meant: what it meant, or what it does (for comparing with it). */
export type Reading = 'corrected' | 'released';

/** One number from the values of a term. */
export type Reducer = (values: Tensor1D) => Scalar;

/** A part of a loss: one value per triplet, anchor or row, and what makes one number of them. */
export interface Term {
  readonly values: Tensor1D;
  readonly reduce: Reducer;
}

export interface LossSetting {
  readonly metric: Metric;
  readonly margin: number;
  /** The loss's learnable numbers, by name. */
  readonly parameters: Readonly<Record<string, Scalar>>;
}

/** A learnable number of a loss: its value at the start and the rate of its own optimiser, plain gradient descent. */
export interface LossParameter {
  readonly initial: number;
  readonly rate: number;
}

interface AnyLoss {
  readonly name: string;
  /** Those of the released code, in the unit of the metric's distance. */
  readonly margins: Readonly<Record<Metric, number>>;
  /** Those it is defined for. */
  readonly metrics: readonly Metric[];
  readonly parameters?: Readonly<Record<string, LossParameter>>;
}

/** Rows beside a triplet that some losses need, K x D each. */
export interface FurtherRows {
  /** Of another class than the negative. */
  readonly secondNegatives?: Tensor2D;
  /** The other row of the negative's SPC-2 pair. */
  readonly partners?: Tensor2D;
}

/** A loss on triplets, from row-aligned embeddings (K x D each), already normalised where the metric is `N` or `C`. */
export interface TripletLoss extends AnyLoss {
  readonly selection: 'triplets';
  /** What it needs beside the three. */
  readonly further?: readonly (keyof FurtherRows)[];
  /** The loss of a batch is the sum of the reduced terms. @throws HoldfastError OPTION_INVALID without what it needs */
  terms(
    anchors: Tensor2D,
    positives: Tensor2D,
    negatives: Tensor2D,
    setting: LossSetting,
    further?: FurtherRows,
  ): readonly Term[];
}

/** Which rows of a batch count for which anchor: K x rows each, 1 or 0. */
export interface GroupMasks {
  readonly positives: Tensor2D;
  readonly negatives: Tensor2D;
}

/** A loss on anchors and groups of rows, from an SPC-2 batch (2K x D), already normalised where the metric is `N` or `C`. */
export interface GroupLoss extends AnyLoss {
  readonly selection: 'groups';
  /** The loss of a batch is the sum of the reduced terms. */
  terms(embeddings: Tensor2D, masks: GroupMasks, setting: LossSetting): readonly Term[];
}

export type Loss = TripletLoss | GroupLoss;

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

/** What is judged on. `validation` trains on four fifths of the training classes; use it to tune. */
export type Split = 'test' | 'validation';

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
