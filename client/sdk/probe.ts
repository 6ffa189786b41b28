import type { Sample, SearchResult, Timings } from './types.ts';

/**
 * `es` moves the query's embedding as far as it can, `qa+` draws a candidate near, `qa-` pushes one away, `tma` takes its direction; with
 * `ca+` and `ca-` the picture climbs or leaves the candidate's own list; `ltm` and `gtm` make another label come first, `gtt` makes the first result go.
 */
export type AttackName = 'es' | 'qa+' | 'qa-' | 'ca+' | 'ca-' | 'tma' | 'ltm' | 'gtm' | 'gtt';

/** What a result came to under an attack. */
export interface Survival {
  readonly attack: SurvivalAttack;
  /** In the list at the largest epsilon. */
  readonly stayed: boolean;
  /** The smallest, in whole 1/255, at which it did not stay; `null` where it stayed. */
  readonly epsilon: number | null;
}

/** Attacks that change the list of a query. */
export type SurvivalAttack = 'es' | 'qa+' | 'qa-' | 'tma' | 'ltm' | 'gtm';

/** The attacks of the robustness `probe`. */
export interface SurvivalOptions {
  /** `es` and `qa-` by default. */
  readonly attacks?: readonly SurvivalAttack[];
  /** The largest, in 1/255, 1..32; 8 by default. */
  readonly epsilon?: number;
  /** Of each attack at each epsilon, 1..100; 8 by default. */
  readonly steps?: number;
}

export interface ProbeOptions {
  /** Each once; one after the other, each from the picture as it is given. */
  readonly attacks: readonly AttackName[];
  /** Largest change of a pixel, a whole number of 1/255, 0..32; 8 by default. */
  readonly epsilon?: number;
  /** 1..100; 32 by default. */
  readonly steps?: number;
  /** Length of the two lists, 1..100; 10 by default. */
  readonly k?: number;
  /** Id of a record, for `qa+`, `qa-`, `ca+`, `ca-` and `tma`; the server chooses one by default. */
  readonly candidate?: string;
}

/** Where the candidate of a probe stands: `rank` is `null` outside the list. */
export interface Standing {
  readonly rank: number | null;
  readonly distance: number;
}

export interface ProbeCandidate extends Sample {
  readonly before: Standing;
  readonly after: Standing;
}

/** Square PNGs as data URLs, the input of the network. */
export interface ProbePictures {
  /** Side in pixels. */
  readonly size: number;
  /** The factor by which a `perturbation` shows the difference, on mid grey. */
  readonly amplification: number;
  readonly clean: string;
}

/** What one attack came to. */
export interface ProbedAttack {
  readonly attack: AttackName;
  readonly success: boolean;
  readonly steps: number;
  /** Forward passes through the model. */
  readonly queries: number;
  /** Of the change that was made: `linf` in 1/255, `l2` over all pixel values of [0,1]. */
  readonly norms: { readonly linf: number; readonly l2: number };
  /** `null` for `es` and `ltm`. */
  readonly candidate: ProbeCandidate | null;
  readonly pictures: { readonly attacked: string; readonly perturbation: string };
  readonly after: readonly SearchResult[];
}

export interface ProbeAnswer {
  readonly model: string;
  /** In 1/255. */
  readonly epsilon: number;
  readonly before: readonly SearchResult[];
  readonly pictures: ProbePictures;
  /** In the order in which they were asked for. */
  readonly attacks: readonly ProbedAttack[];
  readonly timings: Timings;
}
