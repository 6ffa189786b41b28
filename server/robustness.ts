import { z } from 'zod';
import { marginEpsilon, score } from '../attack/robustness.ts';
import type { Hit } from '../index/types.ts';
import type { Services } from './lifecycle.ts';
import type { CallOptions, MarginGradient } from './model/types.ts';

/** Ways to estimate robustness; see "Robustness of a result" in docs/architecture.md. */
export const estimateNames = ['margin', 'gradient'] as const;
export type EstimateName = (typeof estimateNames)[number];

export const robustnessSchema = z
  .strictObject({
    epsilon: z
      .number()
      .min(0)
      .nullable()
      .describe('smallest L-infinity change of the query, in 1/255, that pushes the result out; null when none can'),
    score: z.number().min(0).max(1).describe('min(1, epsilon / 8); 1 when nothing can push it out'),
    method: z.enum(estimateNames),
  })
  .readonly();
export type Robustness = z.infer<typeof robustnessSchema>;

export interface Ranking {
  /** The embedding of the query and the pixels it was made from. */
  readonly query: Float32Array;
  readonly pixels: Uint8Array;
  readonly hits: readonly Hit[];
  /** The first candidate outside the list; undefined when the list holds the whole gallery. */
  readonly outsider: Hit | undefined;
}

/** The robustness of each hit of a ranking. */
export async function estimateRobustness(
  method: EstimateName,
  { query, pixels, hits, outsider }: Ranking,
  { model, manifest }: Services,
  options: CallOptions,
): Promise<Robustness[]> {
  const toRobustness = (epsilon: number | null): Robustness => ({ epsilon, score: score(epsilon), method });
  if (outsider === undefined) return hits.map(() => toRobustness(null));
  if (method === 'margin') {
    const { shiftPerLevel } = manifest.calibration;
    return hits.map(({ vector }) => toRobustness(marginEpsilon(query, vector, outsider.vector, shiftPerLevel)));
  }
  const vectors = hits.map(({ vector }) => vector);
  const margins = await model.marginGradients(pixels, vectors, outsider.vector, options);
  return margins.map((margin) => toRobustness(gradientEpsilon(margin)));
}

/** The levels at which a network that is linear around the query loses the margin; no pixel can move by more than 255. */
export function gradientEpsilon({ margin, l1 }: MarginGradient): number {
  return margin <= 0 ? 0 : Math.min(255, (255 * margin) / l1);
}
