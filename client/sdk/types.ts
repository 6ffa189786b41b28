import type { Survival, SurvivalOptions } from './probe.ts';

/** What the HTTP interface takes and answers; docs/api.md is the same in prose. */

/** How the robustness of a result is estimated; see "Robustness of a result" in docs/architecture.md. */
export type RobustnessMethod = 'margin' | 'gradient' | 'probe';

export interface Robustness {
  /** Smallest change of any pixel, in 1/255, that is estimated to push the result out of the list; `null`: no change can. */
  readonly epsilon: number | null;
  /** `min(1, epsilon / 8)`; 1 where `epsilon` is `null`, and by `probe` that of the largest epsilon that it withstood. */
  readonly score: number;
  readonly method: RobustnessMethod;
  /** By `probe`: each attack by itself. */
  readonly attacks?: readonly Survival[];
}

export interface SearchResult {
  /** 1-based, nearest first. */
  readonly rank: number;
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** Euclidean between unit embeddings, 0..2. */
  readonly distance: number;
  /** Cosine similarity of the embeddings, -1..1. */
  readonly score: number;
  /** Path of the stored picture. */
  readonly thumbnail: string;
  /** Its embedding, where it was asked for. */
  readonly vector?: readonly number[];
  /** `null` where it was not asked for. */
  readonly robustness: Robustness | null;
}

/** Milliseconds by stage; `total` counts from the arrival of the whole request. */
export type Timings = Readonly<Record<string, number>> & { readonly total: number };

/** A box of a picture, as shares of its width and height, 0..1. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface SearchOptions {
  /** How many results, 1..100; 10 by default. */
  readonly k?: number;
  /** `margin` by default. */
  readonly robustness?: 'none' | RobustnessMethod;
  /** With the robustness `probe` only. */
  readonly probe?: SurvivalOptions;
  /** Scan every vector instead of walking the graph. */
  readonly exact?: boolean;
  /** How many candidates the walk keeps, 1..10,000: more find more and take longer. */
  readonly ef?: number;
  readonly filter?: Filter;
  /** Leaves out results of a smaller `score`, -1..1. */
  readonly minScore?: number;
  /** Adds the embedding of the query, of each result; whether the query looks like an attack. */
  readonly include?: readonly ('query' | 'vector' | 'suspicion')[];
}

/** What to search with: a picture in base64, a record, a public URL (where the server fetches), or an embedding. */
export type QuerySource =
  | { readonly image: string; readonly crop?: Crop }
  | { readonly id: string; readonly crop?: Crop }
  | { readonly url: string; readonly crop?: Crop }
  | { readonly vector: readonly number[] };

/** One source, or up to 16 that are added up by weight, -100..100 and 1 by default; negative ones push away. */
export type SearchQuery = (
  | QuerySource
  | { readonly examples: readonly (QuerySource & { readonly weight?: number })[] }
) & {
  /** The version that its vectors are of, as `SearchAnswer.model` names it: where another one is served, the search is refused. */
  readonly model?: string;
};

/** A key of the metadata, or the keys that lead to a value inside it. */
export type FieldPath = string | readonly string[];
export type Scalar = string | number | boolean | null;

/** A condition on the metadata of a record; see "Filters" in docs/api.md. */
export type Filter =
  | { readonly field: FieldPath; readonly eq: Scalar }
  | { readonly field: FieldPath; readonly in: readonly Scalar[] }
  | { readonly field: FieldPath; readonly contains: Scalar }
  | { readonly field: FieldPath; readonly exists: boolean }
  | {
      readonly field: FieldPath;
      readonly gt?: number | string;
      readonly gte?: number | string;
      readonly lt?: number | string;
      readonly lte?: number | string;
    }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

/** What `include` asks for of the query. */
export interface QueryAnswer {
  /** Its embedding. */
  readonly vector?: readonly number[];
  /** 0 to 1: one less the share of the gallery whose embeddings move as far under small changes. `null` before the calibration. */
  readonly suspicion?: number | null;
  /** Suspicion of at least 0.99, which one innocent query in a hundred reaches. `null` before the calibration. */
  readonly suspicious?: boolean | null;
  readonly calibrated?: boolean;
}

/** How the robustness of an answer was come by. Figures of one protocol can be compared. */
export interface Protocol {
  readonly robustness: 'none' | 'margin' | 'gradient' | 'probe';
  /** Length of the list that a result is pushed out of. */
  readonly k: number;
  /** Candidates outside the list that were looked at. */
  readonly behind: number;
  /** The epsilon, in 1/255, from which on the score is 1. */
  readonly fullScore: number;
  /** The attacks that were made. */
  readonly probe?: { readonly attacks: readonly string[]; readonly epsilon: number; readonly steps: number };
}

export interface SearchAnswer {
  /** The model version that answered. */
  readonly model: string;
  /** Writes that the graph of the index covers; later ones are scanned. -1 before the first graph. */
  readonly generation: number;
  readonly protocol: Protocol;
  /** What was asked for of the query itself. */
  readonly query?: QueryAnswer;
  readonly results: readonly SearchResult[];
  readonly timings: Timings;
}

export interface NewImage {
  /** 1 to 128 letters, digits, dots, dashes, underscores and colons; a random UUID by default. */
  readonly id?: string;
  /** 1 to 256 characters. */
  readonly label?: string;
  /** At most 16,384 bytes as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface ImageInfo {
  readonly id: string;
  readonly label: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Path of the stored picture. */
  readonly thumbnail: string;
}

export interface ListOptions {
  /** 1..1000; 100 by default. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  readonly filter?: Filter;
}

export interface ImagePage {
  readonly images: readonly ImageInfo[];
  /** `null` after the last record. */
  readonly next: string | null;
}

export interface DuplicateOptions {
  /** How many of the records with the nearest embeddings are looked at, 1..100; 50 by default. */
  readonly among?: number;
  /** Largest number of bits by which the difference hashes differ, 0..64; 6 by default. */
  readonly bits?: number;
  /** Largest distance of the embeddings, 0..2; 0.1 by default. */
  readonly distance?: number;
}

export interface Duplicate extends Sample {
  /** By which the difference hashes differ, 0..64. */
  readonly bits: number;
  /** Euclidean between unit embeddings, 0..2. */
  readonly distance: number;
}

/** What is nearly the same as a record, in three senses; a record may be in several lists. */
export interface Duplicates {
  /** The same stored picture, byte by byte. */
  readonly exact: readonly Duplicate[];
  readonly perceptual: readonly Duplicate[];
  readonly embedding: readonly Duplicate[];
}

export interface Sample {
  readonly id: string;
  readonly label: string | null;
  /** Path of the stored picture. */
  readonly thumbnail: string;
}

export type JobKind = 'audit' | 'harden' | 'ingest' | 'reindex';
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export interface NewJob {
  readonly kind: JobKind;
  /** What docs/api.md has for the kind. */
  readonly input?: Readonly<Record<string, unknown>>;
}

export interface JobFilter {
  readonly state?: JobState;
  readonly kind?: JobKind;
  /** 1..100; 20 by default. */
  readonly limit?: number;
}

export interface JobProgress {
  /** Of the whole job, 0..1. */
  readonly share: number;
  /** One line for people. */
  readonly note: string;
  readonly figures?: Readonly<Record<string, number | string>>;
}

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  /** How often a worker has begun it. */
  readonly starts: number;
  /** How often it has failed. */
  readonly failures: number;
  /** A cancelled job runs on until its worker has noticed. */
  readonly cancelRequested: boolean;
  readonly progress: JobProgress | null;
  /** What a job that is done came to. */
  readonly result: unknown;
  /** Why it failed, the last time. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** ISO 8601, UTC, like the other times. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

/** How far a promotion is. */
export interface Promotion {
  readonly version: string;
  readonly state: 'embedding' | 'checking' | 'done' | 'failed' | 'cancelled';
  /** Of the embedding, 0..1. */
  readonly share: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface Model {
  readonly version: string;
  readonly serving: boolean;
  readonly backbone: string;
  readonly dimension: number;
  /** Clean and attacked figures of its card, as shares of 1. */
  readonly metrics: Readonly<Record<string, number>>;
  /** How it was made. */
  readonly training: Readonly<Record<string, string | number | boolean | null>>;
}

export interface ModelsAnswer {
  readonly serving: string;
  /** Where a rollback goes to. */
  readonly previous: string | null;
  /** The last promotion since the server was started. */
  readonly promotion: Promotion | null;
  readonly models: readonly Model[];
}

export interface PromotionOptions {
  /** Past the gate. */
  readonly force?: boolean;
  /** The least that the version must reach, as shares of 1; the serving model's figures less 0.01 by default. */
  readonly floors?: {
    readonly recallAt1?: number;
    readonly recallAt1UnderEs?: number;
    readonly recallAt1UnderRanking?: number;
  };
}

export interface NewSchedule extends NewJob {
  /** When, in UTC: five fields of cron, such as `0 3 * * *`. */
  readonly cron: string;
}

/** A job that comes again and again. */
export interface Schedule extends NewSchedule {
  readonly id: string;
  /** ISO 8601, UTC, like the other time. */
  readonly nextAt: string;
  readonly createdAt: string;
}
