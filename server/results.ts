import type { Hit, Metadata } from '../index/types.ts';
import type { Robustness } from './robustness.ts';

/** An entry of a ranking, as it leaves the server. */
export interface Result {
  /** From 1. */
  readonly rank: number;
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Metadata | null;
  /** Euclidean, between unit embeddings. */
  readonly distance: number;
  /** Path of the stored picture. */
  readonly thumbnail: string;
  readonly robustness: Robustness | null;
}

/** The path of a stored picture. */
export function imagePath(id: string): string {
  return `/images/${encodeURIComponent(id)}`;
}

/** Hits in their order, with the robustness of each where it was estimated. */
export function toResults(hits: readonly Hit[], robustness?: readonly Robustness[]): Result[] {
  return hits.map(({ id, label, metadata, distance }, i) => ({
    rank: i + 1,
    id,
    label,
    metadata,
    distance,
    thumbnail: imagePath(id),
    robustness: robustness?.[i] ?? null,
  }));
}
