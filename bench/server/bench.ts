import type { Report } from '../harness.ts';
import type { Started } from './started.ts';

/** What a part of the bench works with: a server whose gallery is filled, and that has been warmed up. */
export interface Bench {
  readonly server: Started;
  /** Pictures to search with, as files, and ids of records. */
  readonly pictures: readonly Uint8Array[];
  readonly ids: readonly string[];
  readonly version: string;
  /** The data folder. */
  readonly data: string;
  /** Seconds of a stretch of load. */
  readonly seconds: number;
  /** Minutes of the soak. */
  readonly minutes: number;
  /** Model swaps. */
  readonly swaps: number;
  readonly onProgress: (text: string) => void;
}

export type Part = (bench: Bench) => Promise<Report>;
