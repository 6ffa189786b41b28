import type { Random } from '../../base/random.ts';

/** A stored picture: side x side x channels bytes. */
export interface Stored {
  readonly bytes: Uint8Array;
  readonly side: number;
  readonly channels: 1 | 3;
}

/** A way in which training changes a picture. */
export interface Augmentation {
  readonly name: string;
  /** Writes a changed copy as pixels in [0,1]. @param target size x size x channels numbers. */
  write(target: Float32Array, source: Stored, size: number, random: Random): void;
}
