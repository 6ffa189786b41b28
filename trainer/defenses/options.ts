import type { Budget } from '../../attack/types.ts';

/** The four points on which CA-TRIDE's released code and its paper differ, and what both share (specification, section 4.7). */
export interface CaTrideOptions {
  /** Weight of a pair in the collapseness: `+` favours the farthest pairs (released code), `-` the closest (paper). */
  readonly weightSign: '+' | '-';
  /** What the anchor's attack does to the collapseness. */
  readonly anchorGoal: 'minimise' | 'maximise';
  /** On which batches the regulariser L_TR is part of the loss. */
  readonly regulariser: 'always' | 'anchor' | 'off';
  /** Whether the attack's step grows from zero with the epochs. */
  readonly stepScale: 'linear' | 'none';
  /** Sharpness of the weights: 10 for CUB, 9.5 for CARS, 2 for SOP. */
  readonly lambda: number;
  readonly budget: Budget;
  readonly margin: number;
}

export type PresetName = 'paper' | 'release';

type PresetPoints = Pick<CaTrideOptions, 'weightSign' | 'anchorGoal' | 'regulariser' | 'stepScale'>;

/** Both readings of the method. A model's card says which one made it. */
export const presets: Readonly<Record<PresetName, PresetPoints>> = {
  paper: { weightSign: '-', anchorGoal: 'maximise', regulariser: 'anchor', stepScale: 'linear' },
  release: { weightSign: '+', anchorGoal: 'minimise', regulariser: 'always', stepScale: 'linear' },
};

/** The attack stops when its objective is below this. */
export const STOP_BELOW = 1e-5;

/** The share of the step size that is used in an epoch, counted from zero: the first epoch trains on clean images. */
export function stepShare(options: CaTrideOptions, epoch: number, epochs: number): number {
  return options.stepScale === 'linear' ? epoch / epochs : 1;
}

export type Turn = 'candidates' | 'anchors';

/** Batches perturb the candidates (CAP) and the anchors (ANP) in turn, candidates first, on through all epochs. */
export const TURNS: readonly [Turn, Turn] = ['candidates', 'anchors'];
