import type { Random } from '../../base/random.ts';
import type { NdArray } from '../../engine/types.ts';

/**
 * All that the adversary learns of a batch of images: one number each, lower where the attack is nearer to its aim. It is made of
 * distances or of places in a ranking; a gradient there is none.
 */
export type Score = (images: NdArray) => Promise<ArrayLike<number>>;

export interface BlackBoxBudget {
  /** Largest change of any pixel value, pixels in [0,1]. */
  readonly epsilon: number;
  /** Scores that may be asked for each image. */
  readonly queries: number;
}

export interface BlackBoxResult {
  /** Each image's best, within epsilon of the clean one and in [0,1]. */
  readonly images: NdArray;
  /** N: their scores. */
  readonly values: Float32Array;
  /** Scores that were asked for each image, that of the clean one included. */
  readonly queries: number;
}

/** An attack without gradients. */
export interface BlackBoxAttack {
  readonly id: 'noise' | 'square' | 'nes';
  /** @param clean N x S x S x channels, pixels in [0,1]. @throws the signal's reason when it is aborted. */
  run(
    score: Score,
    clean: NdArray,
    budget: BlackBoxBudget,
    random: Random,
    signal?: AbortSignal,
  ): Promise<BlackBoxResult>;
}
