import type { Gallery } from '../../../index/types.ts';

export interface OpenOptions {
  /** Galleries of other names are at the same place. */
  readonly name?: string;
  readonly model?: string;
  readonly dimension?: number;
  readonly rebuild?: boolean;
}

/** Where galleries are. They are as they were left when they are opened again. */
export interface Place {
  open(options?: OpenOptions): Promise<Gallery>;
}

export const DIMENSION = 8;
