/** The pixels of one picture as a network takes them: size x size x channels bytes. */
export interface Square {
  readonly size: number;
  readonly channels: 1 | 3;
}

/** A small change that leaves to the eye what is shown. */
export interface Transformation {
  readonly name: TransformationName;
  /** What it counts in the statistic; all together 1. */
  readonly weight: number;
  /** A changed copy of size x size x channels bytes. */
  apply(pixels: Uint8Array, square: Square): Uint8Array | Promise<Uint8Array>;
}

export type TransformationName = 'bit-depth' | 'blur' | 'coarse-jpeg' | 'jpeg' | 'shift';
