import type { Random } from '../../base/random.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import type { DistanceTable } from '../distance-table.ts';
import type { Constants, Metric, Objective } from '../types.ts';

/** The ten quantities of the empirical robustness score (specification of the method, section 5.1). */
export type Measure = 'CA+' | 'CA-' | 'QA+' | 'QA-' | 'TMA' | 'ES:D' | 'ES:R' | 'LTM' | 'GTM' | 'GTT';

/** Measures outside the scores: a first place that is kept, recall under RK, and SPQA for candidates and what it preserves. */
export type Aside = 'GTT:1' | 'RK' | 'SPQA+' | 'SPQA+:preserved' | 'SPQA-' | 'SPQA-:preserved';

/**
 * `robrank` does what the released evaluation does: what is nearest to a query counts as the query itself, GTM takes its
 * index from the wrong list, the embedding shift is one step old, LTM may match a query with itself, and results are means
 * of the means of batches. `exact` does what these were meant to be.
 */
export type Protocol = 'exact' | 'robrank';

/** What is attacked: a gallery and how it is searched. */
export interface Scene {
  readonly engine: Engine;
  readonly metric: Metric;
  readonly protocol: Protocol;
  /** X x D, normalised where the metric asks for it. */
  readonly gallery: NdArray;
  /** X. */
  readonly labels: Int32Array;
  /** How many rows are the top of a list: a hundredth of the gallery, at least one. */
  readonly topmost: number;
  readonly table: DistanceTable;
}

/** A batch of N queries before they are attacked. */
export interface Queries {
  /** N x D, normalised where the metric asks for it. */
  readonly embeddings: NdArray;
  /** To the gallery, for each query. */
  readonly distances: readonly Float32Array[];
  readonly labels: Int32Array;
  /** The gallery row that counts as the query itself, or -1. */
  readonly self: Int32Array;
}

/** The same queries afterwards. */
export interface Attacked {
  readonly embeddings: NdArray;
  readonly distances: readonly Float32Array[];
  /** Embeddings one step before the end; under the protocol `robrank` only. */
  readonly previous?: NdArray;
}

/** Gallery rows that an attack aims at, for each query. */
export type Targets = readonly (readonly number[])[];

/** One value per query; NaN for a query that does not count, as its class has no other image. */
export type Scores = Partial<Readonly<Record<Measure | Aside, readonly number[]>>>;

/** Every measure and the benign recall at 1 of each query: shares, but for a cosine (TMA) and a distance (ES:D). */
export type PerQuery = Readonly<Record<Measure | 'R@1', readonly number[]>>;

/** An attack on retrieval: what it aims at, what it minimises and what it is measured by. */
export interface RetrievalAttack {
  readonly id: string;
  readonly objective: Objective;
  /** Constants that all queries share. */
  shared(scene: Scene): Constants;
  /** Chooses targets, once, on the clean queries. */
  choose(scene: Scene, queries: Queries, random: Random): Targets;
  /** Constants of each query's own. */
  constants(scene: Scene, queries: Queries, targets: Targets): Constants;
  score(scene: Scene, queries: Queries, targets: Targets, attacked: Attacked): Scores | Promise<Scores>;
}
