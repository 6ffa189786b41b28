import { z } from 'zod';
import { scoreOf } from '../index/index.ts';
import type { Hit } from '../index/types.ts';
import { type Robustness, robustnessSchema } from './robustness.ts';

/** An entry of a ranking, as it leaves the server. */
export const resultSchema = z
  .strictObject({
    rank: z.int().min(1),
    id: z.string(),
    label: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    distance: z.number().min(0).max(2.001).describe('Euclidean, between unit embeddings'),
    score: z.number().min(-1.002).max(1).describe('cosine similarity of the embeddings'),
    thumbnail: z.string().describe('path of the stored picture'),
    robustness: robustnessSchema.nullable(),
  })
  .readonly();
export type Result = z.infer<typeof resultSchema>;

/** Milliseconds by stage. */
export const timingsSchema = z.record(z.string(), z.number()).describe('milliseconds by stage, and in total');

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
    score: scoreOf(distance),
    thumbnail: imagePath(id),
    robustness: robustness?.[i] ?? null,
  }));
}
