import type { Interval } from '../attack/metrics/bootstrap.ts';
import type { Measure, PerQuery, Protocol, Scene } from '../attack/suite/types.ts';
import type { Budget } from '../attack/types.ts';
import type { Random } from '../base/random.ts';
import type { CompiledEmbedding } from '../embedding/embed.ts';
import type { Backbone, Preprocessing, Weights } from '../embedding/types.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import type { Evidence } from './evidence.ts';

/** A model on a gallery, made ready to be attacked. */
export interface Subject {
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly weights: Weights;
  readonly preprocessing: Preprocessing;
  readonly scene: Scene;
  /** Gives embeddings as the metric compares them, weights built in. */
  readonly embedding: CompiledEmbedding;
  /** The images of gallery rows: count x size x size x channels, pixels in [0,1]. */
  readonly images: (rows: readonly number[]) => NdArray | Promise<NdArray>;
  /** Gallery rows on which verdicts are reached: some of the queries, each with another image of its class in the gallery. */
  readonly sample: readonly number[];
  /** Queries at a time. */
  readonly count: number;
  /** How the scored attacks were run. */
  readonly budget: Budget;
  /** Of this part of the audit alone. */
  readonly random: Random;
  readonly signal: AbortSignal;
}

export type VerdictId =
  | 'more-steps-never-weaker'
  | 'success-grows-with-epsilon'
  | 'unbounded-reaches-chance'
  | 'converged'
  | 'best-iterate'
  | 'stronger-than-noise'
  | 'stronger-than-square'
  | 'stronger-than-nes'
  | 'stronger-than-transfer'
  | 'gradients-alive'
  | 'deterministic'
  | 'survives-8-bits'
  | 'undefended-twin-falls';

/** Whether the scores may be believed in one respect. */
export interface Verdict {
  readonly id: VerdictId;
  /** `raised`: the scores are not to be believed before it is explained. `unchecked`: something was not there to check it with. */
  readonly state: 'holds' | 'raised' | 'unchecked';
  /** What was asked, in a sentence. */
  readonly claim: string;
  /** What was seen, in a sentence with its figures. */
  readonly finding: string;
}

/** A check: evidence in, verdict out. It computes nothing that takes time. */
export interface Check {
  readonly id: VerdictId;
  readonly claim: string;
  judge(evidence: Evidence): Pick<Verdict, 'state' | 'finding'>;
}

/** A figure and its 95 % interval by bootstrap over queries. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** A picture as a data URL (PNG). */
export type PictureUrl = string;

/** A gallery image in a ranking. */
export interface Ranked {
  readonly row: number;
  readonly label: string;
  readonly distance: number;
  readonly picture: PictureUrl;
  /** Whether it is of the query's class. */
  readonly match: boolean;
}

/** One query before and after an attack. */
export interface Example {
  readonly row: number;
  readonly label: string;
  /** The attack that was run for the pictures. */
  readonly attack: string;
  readonly clean: PictureUrl;
  readonly attacked: PictureUrl;
  /** The change, scaled so that epsilon is black or white and no change is grey. */
  readonly change: PictureUrl;
  readonly before: readonly Ranked[];
  readonly after: readonly Ranked[];
}

/** As RobRank reports them: percent, but TMA a cosine and ES:D a distance. R@1 is that of the attacked queries without an attack. */
export type Measures = Readonly<Record<Measure | 'R@1', Estimate>>;

/** What a model is judged on: half of a data set, or pictures of a gallery that is being served. */
export type Judged = 'test' | 'validation' | 'gallery';

/** What an audit says; written as `audit.json`. */
export interface AuditReport {
  readonly format: 1;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly model: { readonly version: string; readonly backbone: string; readonly sha256: string };
  readonly data: {
    readonly name: string;
    readonly split: Judged;
    readonly images: number;
    readonly classes: number;
    readonly sha256: string;
  };
  readonly setting: {
    readonly profile: string;
    readonly protocol: Protocol;
    readonly budget: Budget;
    readonly seed: number;
    /** Scores that an attack without gradients could ask for each image. */
    readonly blackBoxQueries: number;
    readonly device: string;
  };
  readonly threatModel: string;
  /** Of the whole set, without an attack: shares of 1, distances in the metric. */
  readonly benign: {
    readonly recallAt1: number;
    readonly recallAt2: number;
    readonly meanAveragePrecision: number;
    /** Null where it was not asked for. */
    readonly nmi: number | null;
    readonly inter: number;
    readonly intra: number;
    readonly entanglement: number;
  };
  readonly measures: Measures;
  readonly ers: Estimate;
  readonly ars: Estimate;
  /** In the order in which docs/verdicts.md explains them. */
  readonly verdicts: readonly Verdict[];
  readonly evidence: Evidence;
  readonly examples: { readonly leastRobust: readonly Example[]; readonly mostRobust: readonly Example[] };
  /** The gallery rows that were attacked, and each measure of each. */
  readonly queries: readonly number[];
  readonly perQuery: PerQuery;
}
