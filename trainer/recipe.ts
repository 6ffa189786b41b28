import type { CaTrideOptions } from './defenses/index.ts';

/** How the learning rate goes within a stage. */
export type Schedule = 'constant' | 'cosine';

/** One stretch of training with one loss. */
export interface Stage {
  readonly name: string;
  /** The stage whose weights it begins with; fresh weights otherwise. */
  readonly from: string | undefined;
  readonly epochs: number;
  readonly rate: number;
  readonly schedule: Schedule;
}

/** Everything that decides the weights beside seed, data and device. */
export interface Recipe {
  /** Anchor-positive pairs in a batch. */
  readonly pairs: number;
  readonly weightDecay: number;
  readonly pretrain: Pick<Stage, 'epochs' | 'rate' | 'schedule'>;
  readonly train: Pick<Stage, 'epochs' | 'rate' | 'schedule'>;
  readonly caTride: Pick<CaTrideOptions, 'lambda' | 'budget' | 'margin'>;
}

/** The recipe of the shipped model, tuned on the validation classes of the emoji set. */
export const DEFAULT_RECIPE: Recipe = {
  pairs: 56,
  weightDecay: 0,
  pretrain: { epochs: 14, rate: 1e-3, schedule: 'cosine' },
  train: { epochs: 10, rate: 1e-3, schedule: 'cosine' },
  // Half the steps of the paper at twice the step size: on drawings of 32 x 32 pixels it buys more epochs for the same time.
  caTride: { lambda: 2, margin: 0.2, budget: { epsilon: 8 / 255, alpha: 2 / 255, steps: 8 } },
};

/** Learning rate at a share of a stage's updates, 0 <= share < 1. */
export function rateAt(stage: Pick<Stage, 'rate' | 'schedule'>, share: number): number {
  return stage.schedule === 'constant' ? stage.rate : stage.rate * 0.5 * (1 + Math.cos(Math.PI * share));
}

/**
 * Pre-training, then the defense; and the undefended control, which sees as many updates after the same pre-training,
 * so that a difference between the two is the defense's.
 */
export function stagesOf(recipe: Recipe, defense: string): Stage[] {
  const trained = (name: string): Stage => ({ name, from: 'pretrain', ...recipe.train });
  const names = defense === 'vanilla' ? ['vanilla'] : ['vanilla', defense];
  return [{ name: 'pretrain', from: undefined, ...recipe.pretrain }, ...names.map(trained)];
}
