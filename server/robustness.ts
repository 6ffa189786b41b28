import { z } from 'zod';
import { challenges } from '../attack/challengers.ts';
import type { Push } from '../attack/push.ts';
import { gradientEpsilon, marginEpsilon, score } from '../attack/robustness.ts';
import { HoldfastError } from '../base/errors.ts';
import type { Services } from './lifecycle.ts';
import type { CallOptions } from './model/types.ts';
import type { ListOf } from './probe/scene.ts';
import { type Attacked, measureSurvival, type SurvivalRequest, survivalSchema } from './probe/survival.ts';

/** Ways to estimate robustness; see "Robustness of a result" in docs/architecture.md. */
export const estimateNames = ['margin', 'gradient'] as const;
export type EstimateName = (typeof estimateNames)[number];

/** All that a search can be asked for: an estimate, attacks that are really made, or nothing. */
export const robustnessNames = ['none', ...estimateNames, 'probe'] as const;
export type RobustnessName = (typeof robustnessNames)[number];

export const robustnessSchema = z
  .strictObject({
    epsilon: z
      .number()
      .min(0)
      .nullable()
      .describe('smallest L-infinity change of the query, in 1/255, that pushes the result out; null when none does'),
    score: z
      .number()
      .min(0)
      .max(1)
      .describe('min(1, epsilon / 8); 1 when nothing can push it out, and by probe that of the epsilon it withstood'),
    method: z.enum([...estimateNames, 'probe']),
    attacks: z.array(survivalSchema).optional().describe('of the method probe: each attack by itself'),
  })
  .readonly();
export type Robustness = z.infer<typeof robustnessSchema>;

export interface Ranking {
  /** The embedding of the query and the pixels it was made from. */
  readonly query: Float32Array;
  readonly pixels: Uint8Array | undefined;
  /** Embeddings, nearest first: those of the list, and behind them up to `CHALLENGERS_BEHIND` of those outside. */
  readonly neighbours: readonly Float32Array[];
  /** Length of the list. */
  readonly places: number;
  /** How many of the list, from the first, are estimated; all by default. */
  readonly results?: number;
}

/** The robustness of the results of a ranking. */
export async function estimateRobustness(
  method: EstimateName,
  { query, pixels, neighbours, places, results = places }: Ranking,
  { model, manifest }: Services,
  options: CallOptions,
): Promise<Robustness[]> {
  const all = challenges({ query, neighbours, places }, results);
  const toRobustness = (epsilon: number | null): Robustness => ({ epsilon, score: score(epsilon), method });
  if (method === 'margin') {
    const { shiftPerLevel } = manifest.calibration;
    return all.map((one) => toRobustness(marginEpsilon(one, shiftPerLevel)));
  }
  if (pixels === undefined) throw new HoldfastError('REQUEST_INVALID', 'robustness: gradient needs a picture');
  const directions = all.flatMap((one) => one?.direction ?? []);
  const pushes = directions.length === 0 ? [] : await model.pushes(pixels, directions, options);
  return all.map((one, i) => toRobustness(one === undefined ? null : gradientEpsilon(query, one, pushes[i] as Push)));
}

/**
 * The robustness of results from attacks that are really made: the smallest epsilon at which one of them pushes the result out. Where none does, the
 * score is that of the largest epsilon that was tried, which it withstood.
 * @throws what `measureSurvival` throws
 */
export async function probeRobustness(
  attacked: Attacked,
  request: SurvivalRequest,
  listOf: ListOf,
  services: Services,
  signal: AbortSignal,
): Promise<Robustness[]> {
  const survivals = await measureSurvival(attacked, request, listOf, services, signal);
  return survivals.map((attacks) => {
    const epsilons = attacks.flatMap(({ epsilon }) => (epsilon === null ? [] : [epsilon]));
    const epsilon = epsilons.length === 0 ? null : Math.min(...epsilons);
    return { epsilon, score: score(epsilon ?? request.epsilon), method: 'probe', attacks };
  });
}
