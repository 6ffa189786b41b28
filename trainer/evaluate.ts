import { countedMean, hasMatch, type RetrievalMetrics } from '../attack/metrics/index.ts';
import { attackQueries } from '../attack/suite/attack-all.ts';
import { benign } from '../attack/suite/benign.ts';
import { es, rk } from '../attack/suite/index.ts';
import { rob28, rob224 } from '../attack/suite/profiles.ts';
import { withGallery } from '../attack/suite/scene.ts';
import type { RetrievalAttack, Scores } from '../attack/suite/types.ts';
import type { Budget } from '../attack/types.ts';
import type { Random } from '../base/random.ts';
import { median } from '../base/statistics.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import type { Engine } from '../engine/types.ts';
import { chunkOf } from './chunk.ts';
import type { Loader } from './loading/index.ts';
import type { Recipe } from './recipe.ts';
import { digits } from './recipes/index.ts';

/** RobRank's budget for what is trained: 32 steps of 3/255, inside 77/255 for digits and 8/255 for everything else. */
export function evaluationBudget({ name }: Pick<Recipe, 'name'>): Budget {
  return name === digits.name ? rob28.budget : rob224.budget;
}
/** A change so small that the shift of the embedding is still proportional to it. */
const CALIBRATION_BUDGET: Budget = { epsilon: 1 / 255, alpha: 0.25 / 255, steps: 8 };

export interface Evaluation {
  readonly clean: RetrievalMetrics;
  /** Recall at 1 of the attacked queries in the clean gallery. */
  readonly es: number;
  readonly ranking: number;
  /** Attacked queries. */
  readonly attacked: number;
  /** Median shift of the unit embedding under the attack, per 1/255 of L-infinity change, at a small radius. */
  readonly shiftPerLevel: number;
}

export interface EvaluationSetting {
  readonly engine: Engine;
  readonly backbone: Backbone;
  /** Of all images of the set, which is the gallery. */
  readonly labels: ArrayLike<number>;
  /** Images of rows of the set. */
  readonly read: Loader['batch'];
  /** How many queries are attacked, drawn by `random` from those whose class has another image. */
  readonly queries: number;
  readonly random: Random;
  readonly budget: Budget;
  /** Called after each chunk of attacked queries with the share that is done. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** Clean retrieval over a whole set, and recall under attack for a sample of its images as queries. */
export async function evaluate(weights: Weights, setting: EvaluationSetting): Promise<Evaluation> {
  const { engine, backbone, labels, read, signal } = setting;
  const count = chunkOf(backbone);
  const all = Array.from({ length: labels.length }, (_, row) => row);
  const queries = setting.random.shuffle(all).filter(hasMatch(labels)).slice(0, setting.queries);
  const batches = 3 * Math.ceil(queries.length / count);
  const set = { engine, backbone, weights, metric: 'N', protocol: 'exact', labels, count, images: read } as const;
  return withGallery({ ...set, ...(signal && { signal }) }, async (scene, embedding) => {
    let done = 0;
    const attack = (kind: RetrievalAttack, budget: Budget): Promise<Scores> =>
      attackQueries({ engine, backbone, weights, embedding, budget }, scene, kind, {
        images: read,
        queries,
        count,
        random: setting.random,
        onBatch: () => setting.onProgress?.(++done / batches),
        ...(signal && { signal }),
      });
    const shifted = await attack(es, setting.budget);
    const demoted = await attack(rk, setting.budget);
    const nudged = await attack(es, CALIBRATION_BUDGET);
    return {
      clean: await benign(scene, { batch: count, ...(signal && { signal }) }),
      es: countedMean(shifted['ES:R'] ?? []),
      ranking: countedMean(demoted.RK ?? []),
      attacked: queries.length,
      shiftPerLevel: median(nudged['ES:D'] ?? []) / (CALIBRATION_BUDGET.epsilon * 255),
    };
  });
}
