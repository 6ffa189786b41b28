import type { Constants } from '../../../attack/types.ts';
import type { Hit } from '../../../index/types.ts';
import type { AttackName } from '../../model/types.ts';

/** The record that an attack is about. */
export interface Candidate {
  readonly id: string;
  readonly label: string | null;
  readonly vector: Float32Array;
}

/** What there is to choose from and to compare with, before anything is attacked. */
export interface Scene {
  /** Unit embedding of the picture. */
  readonly query: Float32Array;
  /** Its list. */
  readonly before: readonly Hit[];
  /** The list and what is behind it, nearest first. */
  readonly near: readonly Hit[];
  /** Records spread over the gallery. */
  readonly sample: readonly Hit[];
}

/** Where a candidate stands: `rank` from 1, null outside the list. */
export interface Standing {
  readonly rank: number | null;
  readonly distance: number;
}

/** What an attack came to. */
export interface Outcome {
  readonly before: readonly Hit[];
  readonly after: readonly Hit[];
  readonly candidate: Candidate | undefined;
  /** Of the candidate; undefined without one. */
  readonly standings: { readonly before: Standing; readonly after: Standing } | undefined;
}

/** An attack of a probe; what it minimises stands with the model (`objectives`). */
export interface ProbeAttack {
  readonly name: AttackName;
  /** Whether a record can be named that it is about. */
  readonly named: boolean;
  /** Whose list ranks the candidate: the picture's by default, or the candidate's own, which ranks the picture. */
  readonly list?: 'candidate';
  /** The candidate where none is named; undefined for an attack that has none. @throws HoldfastError REQUEST_INVALID where there is none to be had */
  choose(scene: Scene): Candidate | undefined;
  constants(scene: Scene, candidate: Candidate | undefined): Constants;
  succeeded(outcome: Outcome): boolean;
}
