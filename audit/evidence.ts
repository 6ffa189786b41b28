import type { Measure } from '../attack/suite/types.ts';

/** Per query 1 where what is found first is of its class, else 0. */
export type Hits = readonly number[];

/** The attacks whose measure is recall at 1, by which verdicts are reached. */
export type RecallAttack = 'ES' | 'LTM' | 'GTM';
export const recallAttacks: readonly RecallAttack[] = ['ES', 'LTM', 'GTM'];

/** Recall at 1 of the sample, as a share, under each attack, and under whichever is worst for each query. */
export interface CurvePoint {
  /** Epsilon in pixels of [0,1], or steps. */
  readonly at: number;
  readonly recall: Readonly<Record<RecallAttack | 'worst', number>>;
}

/** The white-box attack as it was scored, and one without gradients, on the same queries towards the same aim. */
export interface Rivalry {
  readonly attack: RecallAttack;
  /** Per query the objective that both minimise, at the images that each gives. */
  readonly white: readonly number[];
  readonly rival: readonly number[];
  readonly whiteHits: Hits;
  readonly rivalHits: Hits;
}

/** How often the pixels' gradient of an attack's objective is what an attack can use. */
export interface GradientCount {
  readonly attack: RecallAttack;
  readonly inputs: number;
  readonly finite: number;
  readonly nonZero: number;
}

/** Recall of the sample under an attack, by what becomes of the attacked image before it is embedded. */
export interface Rounded {
  readonly attack: RecallAttack;
  readonly asComputed: Hits;
  readonly eightBits: Hits;
  /** Written as PNG and read as the server reads an upload. */
  readonly decoded: Hits;
}

/** A query attack that keeps the top of the list (SPQA). Per query, places as shares of the list: 0 its top. */
export interface KeepingTop {
  readonly attack: 'SPQA+' | 'SPQA-';
  /** Of the image that it raises (+) or sinks (-). */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Mean of those that it keeps on top. */
  readonly keptBefore: readonly number[];
  readonly keptAfter: readonly number[];
}

/** What verdicts are reached from, and what is told beside the scores; all of it on the sample. */
export interface Evidence {
  /** The sample's gallery rows. */
  readonly rows: readonly number[];
  /** Recall at 1 without an attack, as a share. */
  readonly clean: number;
  /** Expected recall at 1 of a random order, as a share. */
  readonly chance: number;
  /** Epsilon of the scored attacks, in pixels of [0,1]. */
  readonly epsilon: number;
  /** Steps of the scored attacks. */
  readonly steps: number;
  /** Ascending; from 0 to beyond epsilon, at last 0.5. */
  readonly epsilonCurve: readonly CurvePoint[];
  /** Ascending; from 1 to beyond `steps`. */
  readonly stepsCurve: readonly CurvePoint[];
  /** Scores of the sample: as scored, with the best iterate of each image, and with twice the steps and twice the restarts. */
  readonly scored: SampleScores;
  readonly bestIterate: SampleScores;
  readonly doubled: SampleScores;
  readonly noise: readonly Rivalry[];
  readonly square: readonly Rivalry[];
  readonly nes: readonly Rivalry[];
  /** Images made on another model version; null where none was named. */
  readonly transfer: { readonly from: string; readonly rivalries: readonly Rivalry[] } | null;
  readonly gradients: readonly GradientCount[];
  /** Largest difference of any number of the embeddings: of two passes, and of an image alone and among others. */
  readonly repeat: { readonly again: number; readonly alone: number };
  readonly rounding: readonly Rounded[];
  readonly keepingTop: readonly KeepingTop[];
  /** An undefended model under the same attacks; null where none was named. Recall as shares. */
  readonly twin: { readonly version: string; readonly clean: number; readonly worst: number } | null;
}

export interface SampleScores {
  readonly ers: number;
  readonly ars: number;
  readonly measures: Readonly<Record<Measure, number>>;
}
