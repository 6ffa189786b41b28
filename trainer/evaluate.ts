import { nearestRows, type RetrievalMetrics, retrieval } from '../attack/metrics/index.ts';
import { es, ranking } from '../attack/objectives/index.ts';
import { distanceOfRows, normalisedRows, unitRows } from '../attack/rows.ts';
import type { Budget, Constants, Objective } from '../attack/types.ts';
import { compileAttack } from '../attack/whole.ts';
import type { Random } from '../base/random.ts';
import { median } from '../base/statistics.ts';
import { compileEmbedding } from '../embedding/embed.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import { concatRows, takeRows } from '../engine/arrays.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { chunkOf } from './chunk.ts';
import { createLoader, type Loader } from './loading/index.ts';
import type { LabelledImages } from './types.ts';

/** 32 steps of 3/255 inside 8/255: the budget of RobRank's evaluations of photographs. */
export const EVALUATION_BUDGET: Budget = { epsilon: 8 / 255, alpha: 3 / 255, steps: 32 };
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
  readonly images: LabelledImages;
  /** How many queries are attacked, drawn by `random`. */
  readonly queries: number;
  readonly random: Random;
  readonly budget: Budget;
  /** Called after each chunk of attacked queries with the share that is done. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

type Read = Loader['batch'];

/** Embeds a whole set: raw rows. */
async function embedAll({ engine, backbone, images }: EvaluationSetting, weights: Weights, read: Read) {
  const chunk = chunkOf(backbone);
  const embedding = await compileEmbedding(engine, backbone, chunk);
  const parts: NdArray[] = [];
  for (let from = 0; from < images.labels.length; from += chunk) {
    const to = Math.min(from + chunk, images.labels.length);
    const rows = Array.from({ length: to - from }, (_, i) => from + i);
    parts.push(await embedding.run(weights, await read(rows)));
  }
  await embedding.release();
  return concatRows(parts);
}

/** Attacks chunk after chunk and gives the raw embeddings of the last iterates. */
async function attackRows(
  setting: EvaluationSetting & { readonly read: Read },
  weights: Weights,
  rows: readonly number[],
  attack: { readonly objective: Objective; readonly budget: Budget; readonly constantsOf: (at: number[]) => Constants },
  onChunk: () => void,
): Promise<NdArray> {
  const { engine, backbone, read } = setting;
  const chunk = chunkOf(backbone);
  const probe = attack.constantsOf([0]);
  const shapes = Object.fromEntries(
    Object.entries(probe).map(([name, { shape }]) => [name, [chunk, ...shape.slice(1)]]),
  );
  const compiled = await compileAttack(engine, backbone, attack.objective, {
    count: chunk,
    constants: shapes,
    weights,
    steps: attack.budget.steps,
  });
  const embedding = await compileEmbedding(engine, backbone, chunk);
  const parts: NdArray[] = [];
  try {
    for (let from = 0; from < rows.length; from += chunk) {
      // A last smaller chunk is filled up with repeats, which are cut off again.
      const at = Array.from({ length: chunk }, (_, i) => Math.min(from + i, rows.length - 1));
      const clean = await read(at.map((i) => rows[i] as number));
      setting.signal?.throwIfAborted();
      const result = await compiled.run(clean, attack.constantsOf(at), attack.budget);
      const embedded = await embedding.run(weights, result.images);
      parts.push(
        takeRows(
          embedded,
          Array.from({ length: Math.min(chunk, rows.length - from) }, (_, i) => i),
        ),
      );
      onChunk();
    }
  } finally {
    await compiled.release();
    await embedding.release();
  }
  return concatRows(parts);
}

/** Clean retrieval over a whole set, and recall under attack for a sample of its images as queries. */
export async function evaluate(weights: Weights, setting: EvaluationSetting): Promise<Evaluation> {
  const { size, channels } = setting.backbone;
  const loader = createLoader(setting.images, { size, channels, augmentation: 'none' });
  return evaluateImages(weights, { ...setting, read: loader.batch }).finally(() => loader.close());
}

async function evaluateImages(weights: Weights, setting: EvaluationSetting & { readonly read: Read }) {
  const { images } = setting;
  const raw = await embedAll(setting, weights, setting.read);
  const unit = unitRows(raw);
  const all = Array.from({ length: images.labels.length }, (_, row) => row);
  const rows = setting.random.shuffle(all).slice(0, setting.queries);
  const near = nearestRows(unit, images.labels, rows);
  const pick = (list: readonly number[], at: readonly number[]): NdArray =>
    takeRows(
      unit,
      at.map((i) => list[i] as number),
    );

  const chunks = 3 * Math.ceil(rows.length / chunkOf(setting.backbone));
  let done = 0;
  const onChunk = (): void => setting.onProgress?.(++done / chunks);
  const cleanConstants = (at: number[]): Constants => ({ clean: pick(rows, at) });
  const shifted = await attackRows(
    setting,
    weights,
    rows,
    { objective: es, budget: setting.budget, constantsOf: cleanConstants },
    onChunk,
  );
  const rankingConstants = (at: number[]): Constants => ({ same: pick(near.same, at), other: pick(near.other, at) });
  const demoted = await attackRows(
    setting,
    weights,
    rows,
    { objective: ranking, budget: setting.budget, constantsOf: rankingConstants },
    onChunk,
  );
  const nudged = await attackRows(
    setting,
    weights,
    rows,
    { objective: es, budget: CALIBRATION_BUDGET, constantsOf: cleanConstants },
    onChunk,
  );

  return {
    clean: retrieval(raw, raw, images.labels, all),
    es: retrieval(shifted, raw, images.labels, rows).recallAt1,
    ranking: retrieval(demoted, raw, images.labels, rows).recallAt1,
    attacked: rows.length,
    shiftPerLevel: medianShift(unit, nudged, rows) / (CALIBRATION_BUDGET.epsilon * 255),
  };
}

/** Median distance between the unit embeddings of images and of their attacked versions. */
function medianShift(unit: NdArray, attacked: NdArray, rows: readonly number[]): number {
  const dimension = unit.shape[1] ?? 0;
  const moved = normalisedRows(attacked.data, rows.length, dimension);
  return median(rows.map((row, i) => distanceOfRows(unit.data, row, moved, i, dimension)));
}
