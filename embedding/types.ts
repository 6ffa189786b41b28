import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { Random } from '../base/random.ts';
import type { NdArray } from '../engine/types.ts';

/** A decoded picture: 8-bit sRGB, row-major, three channels interleaved, alpha flattened on white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** width x height x 3 bytes. */
  readonly data: Uint8Array;
}

/** How a picture becomes the input of a network. Part of a model version: queries and gallery share it. */
export interface Preprocessing {
  /** Side of the square input in pixels. */
  readonly size: number;
  /** `contain`: scaled to fit, the rest filled with white. */
  readonly fit: 'contain';
  /** Bilinear with antialiasing. */
  readonly kernel: 'linear';
}

/** Parameters of a network under their names, in a fixed order. */
export type Weights = Readonly<Record<string, NdArray>>;

/** A network: pixels to raw embeddings. Normalisation belongs to whoever compares embeddings. */
export interface Backbone {
  readonly name: string;
  /** Side of the square input in pixels. */
  readonly size: number;
  /** Of the input: 1 is grey, 3 is sRGB. */
  readonly channels: 1 | 3;
  readonly dimension: number;
  /** The shape of each parameter by its name, in the order of the weights file. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Names among `parameters` that training leaves as they are: the running statistics of batch normalisation. */
  readonly buffers?: readonly string[];
  /** How far running statistics go towards those of a batch when they follow it; 0.1 where it is not given. */
  readonly momentum?: number;
  /** Fresh weights; equal generators give equal weights. */
  init(random: Random): Weights;
  /**
   * images N x size x size x channels in [0,1] -> embeddings N x dimension, not normalised. Differentiable in both
   * arguments. Batch normalisation uses its running statistics.
   */
  forward(weights: TensorWeights, images: Tensor4D): Tensor2D;
  /** The same with the statistics of the batch in batch normalisation, for networks that have it. */
  forwardLive?(weights: TensorWeights, images: Tensor4D): LiveResult;
}

/** What a network with batch normalisation gives when it uses the statistics of the batch. */
export interface LiveResult {
  readonly embeddings: Tensor2D;
  /**
   * Mean and unbiased variance of the batch in each layer under the names of the buffers that follow them. They are for
   * running averages: whoever differentiates asks for them in a call of its own, which costs a compiled program nothing.
   */
  readonly statistics: TensorWeights;
}

export type TensorWeights = Readonly<Record<string, import('@tensorflow/tfjs').Tensor>>;

/** The model card and manifest of a version folder, `model.json`. */
export interface ModelManifest {
  readonly format: 1;
  /** The version's name and its folder's; lower-case letters, digits, dots and dashes. */
  readonly version: string;
  readonly backbone: string;
  readonly dimension: number;
  readonly preprocessing: Preprocessing;
  /** SHA-256 of each file in the folder, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** How it was trained: command, seed, data set, defense, preset, seconds, ... */
  readonly training: Readonly<Record<string, string | number | boolean | null>>;
  /** Clean and attacked figures by name, e.g. `recallAt1`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What the robustness estimates need. */
  readonly calibration: Calibration;
}

/** The measured local Lipschitz constant of a model on held-out images. */
export interface Calibration {
  /** Median shift of the unit embedding (Euclidean) per 1/255 of adversarial L-infinity change of the pixels. */
  readonly shiftPerLevel: number;
}

/** An opened, verified model version. */
export interface ModelVersion {
  readonly directory: string;
  readonly manifest: ModelManifest;
  readonly backbone: Backbone;
  readonly weights: Weights;
}
