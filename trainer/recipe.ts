import type { Budget } from '../attack/types.ts';
import type { CaTrideOptions } from './defenses/index.ts';
import type { LossName } from './losses/index.ts';
import type { MinerName } from './miners/index.ts';
import type { RatePlan } from './schedule.ts';
import type { Metric } from './types.ts';
import type { UpdateSetting } from './update.ts';

/** The name of the stage that the systems of a run share. */
export const PRETRAINING = 'pretrain';

/** One stretch of training with one loss. */
export interface Stage extends RatePlan {
  readonly name: string;
  /** The stage whose weights it begins with; the run's first weights otherwise. */
  readonly from: string | undefined;
  readonly epochs: number;
}

/** Length and rate of a stage. */
export type StagePlan = Pick<Stage, 'epochs' | 'rate' | 'schedule' | 'warmup'>;

/** Everything that decides the weights beside first weights, seed, data and device. */
export interface Recipe extends UpdateSetting {
  /** Of its family: photographs, digits or drawings. */
  readonly name: string;
  /** Anchor-positive pairs in a batch. */
  readonly pairs: number;
  /** For fresh weights; those that are given go without it, and so does a recipe with no epochs of it. */
  readonly pretrain: StagePlan;
  readonly train: StagePlan;
  readonly loss: LossName;
  readonly metric: Metric;
  readonly miner: MinerName;
  /** The attack of the adversarial trainings other than CA-TRIDE. */
  readonly attack: Budget;
  readonly caTride: Pick<CaTrideOptions, 'lambda' | 'budget' | 'margin'>;
  /** Epochs from one validation to the next. */
  readonly validateEvery: number;
}

/**
 * Pre-training where the weights are fresh, then the systems of these names, each from the same weights and with as many updates, so
 * that a difference between them is the defense's.
 */
export function stagesOf(recipe: Recipe, names: readonly string[], freshWeights = true): Stage[] {
  const pretrained = freshWeights && recipe.pretrain.epochs > 0;
  const from = pretrained ? PRETRAINING : undefined;
  const trained = (name: string): Stage => ({ name, from, ...recipe.train });
  const first: Stage[] = pretrained ? [{ name: PRETRAINING, from: undefined, ...recipe.pretrain }] : [];
  return [...first, ...names.map(trained)];
}
