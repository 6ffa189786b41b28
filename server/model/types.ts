import type { StepInputs, StepResult } from '../../attack/pgd.ts';

/** Searches go before probes; within a class, first in is first out. */
export type Priority = 'search' | 'probe';

/** The attacks that a probe can ask for. */
export const attackNames = ['es', 'qa+', 'qa-'] as const;
export type AttackName = (typeof attackNames)[number];

/** Rows of the gallery that the query attacks compare with; fixed, because a program has one shape. */
export const ATTACK_GALLERY_ROWS = 256;

/** Results whose gradients are computed in one job, so that a long list does not keep other searches waiting. */
export const MARGIN_ROWS = 10;

export interface CallOptions {
  /** `search` by default. */
  readonly priority?: Priority;
  /** Takes the call back as long as it waits; what computes already is finished and thrown away. */
  readonly signal?: AbortSignal;
}

/** How far a result is from losing its place, and how fast the pixels can take it there. */
export interface MarginGradient {
  /** `q . (r - c)`: query, result, first candidate outside the list; unit embeddings. */
  readonly margin: number;
  /** L1 norm of the margin's gradient with respect to the pixels of [0,1]. */
  readonly l1: number;
}

/**
 * The model on a thread of its own. One call computes at a time; pictures that wait are embedded up to eight at once.
 * Every call throws HoldfastError OVERLOADED when too much waits already, SHUTTING_DOWN after `close`, INTERNAL when the
 * thread has died, and the signal's reason when it is aborted.
 */
export interface ModelService {
  /** Preprocessed pictures (size x size x 3 bytes each) to unit embeddings. */
  embed(pixels: readonly Uint8Array[], options?: CallOptions): Promise<Float32Array[]>;
  /** For one query and each of its results: the margin to the outsider and its slope. */
  marginGradients(
    pixels: Uint8Array,
    results: readonly Float32Array[],
    outsider: Float32Array,
    options?: CallOptions,
  ): Promise<MarginGradient[]>;
  /** One step of an attack on one picture (1 x size x size x 3). */
  attackStep(attack: AttackName, inputs: StepInputs, options?: CallOptions): Promise<StepResult>;
  /**
   * Compiles the programs of gradients and attacks while nothing else waits, so that the first to ask need not.
   * Gives what there is to say of the device that computes them, a line each.
   */
  warmUp(): Promise<readonly string[]>;
  /** How many calls wait, by class. */
  waiting(): Readonly<Record<Priority, number>>;
  /** Resolves with the cause when the thread dies by itself; never otherwise. */
  readonly failed: Promise<Error>;
  /** Refuses new calls, finishes those that wait and ends the thread. */
  close(): Promise<void>;
}
