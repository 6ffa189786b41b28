import type { StepInputs, StepResult } from '../../attack/pgd.ts';
import type { Push } from '../../attack/push.ts';

/** Searches go before probes, and `idle`, which nobody waits for, behind both; within a class, first in is first out. */
export type Priority = 'search' | 'probe' | 'idle';
/** The classes that somebody waits for. */
export type AwaitedPriority = Exclude<Priority, 'idle'>;

/** The attacks that a probe can ask for: the nine of the audit's suite. */
export const attackNames = ['es', 'qa+', 'qa-', 'ca+', 'ca-', 'tma', 'ltm', 'gtm', 'gtt'] as const;
export type AttackName = (typeof attackNames)[number];

/** Those that are asked for most, whose programs are made ready first. */
export const warmAttacks = ['es', 'qa+', 'qa-'] as const satisfies readonly AttackName[];

/** Rows of the gallery that the query attacks compare with; fixed, because a program has one shape. */
export const ATTACK_GALLERY_ROWS = 256;

/** Results that are pushed in one job, so that a long list does not keep other searches waiting. */
export const PUSH_ROWS = 10;

export interface CallOptions {
  /** `search` by default. */
  readonly priority?: Priority;
  /** Takes the call back as long as it waits; what computes already is finished and thrown away. */
  readonly signal?: AbortSignal;
}

/**
 * The model on two threads: one embeds pictures of the class `search`, the other does all else and is started by its first call. On each, one
 * call computes at a time; pictures that wait are embedded up to eight at once. A GPU that was named has one thread for all.
 * Every call throws HoldfastError OVERLOADED when too much waits already, SHUTTING_DOWN after `close`, INTERNAL when the
 * thread has died, MODEL_DAMAGED when the second cannot open the version any more, and the signal's reason when it is aborted.
 */
export interface ModelService {
  /** Preprocessed pictures (size x size x 3 bytes each) to unit embeddings. */
  embed(pixels: readonly Uint8Array[], options?: CallOptions): Promise<Float32Array[]>;
  /** One step of a preprocessed picture against each of some unit directions of its embedding. */
  pushes(pixels: Uint8Array, directions: readonly Float32Array[], options?: CallOptions): Promise<Push[]>;
  /** One step of an attack on one picture (1 x size x size x 3). */
  attackStep(attack: AttackName, inputs: StepInputs, options?: CallOptions): Promise<StepResult>;
  /**
   * Compiles the programs of gradients and of attacks while nothing else waits for the second thread, so that the first to ask need not. Resolves
   * when those that are asked for most are ready, with what there is to say of the device that computes them, a line each; the others follow.
   */
  warmUp(): Promise<readonly string[]>;
  /** How many calls wait for either thread, by class. */
  waiting(): Readonly<Record<AwaitedPriority, number>>;
  /** Resolves with the cause when a thread dies by itself; never otherwise. */
  readonly failed: Promise<Error>;
  /** Refuses new calls, finishes those that wait and ends the threads. */
  close(): Promise<void>;
}
