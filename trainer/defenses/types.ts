import type { Budget } from '../../attack/types.ts';
import type { Random } from '../../base/random.ts';
import type { Backbone } from '../../embedding/types.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import type { MinedLossOptions } from '../losses/mined.ts';
import type { Learner, UpdateSetting } from '../update.ts';

/** One SPC-2 batch: rows are (anchor, positive, anchor, positive, ...). */
export interface Batch {
  /** Rows x size x size x channels, pixels in [0,1]. */
  readonly images: NdArray;
  readonly labels: readonly number[];
  /** 0-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Batches of this stage before this one, over all epochs. */
  readonly index: number;
  readonly random: Random;
  readonly rate: number;
}

export interface BatchReport {
  readonly learner: Learner;
  readonly loss: number;
  /** Of the clean batch, where the defense measures it. */
  readonly collapseness?: number | undefined;
  /** Mean over the triplets of `d(anchor, positive) - d(anchor, negative)` before the attack; none for a loss on groups. */
  readonly hardness?: number | undefined;
  /** Attack steps that were taken. */
  readonly steps?: number | undefined;
  /** Of the clean embeddings of the batch, as the metric sees them. */
  readonly spread?: Spread | undefined;
  /** Of the network's gradients, before clipping. */
  readonly gradientNorm?: number | undefined;
}

/** How far the embeddings of a batch lie apart. */
export interface Spread {
  /** Root mean square over all pairs of different rows. */
  readonly meanDistance: number;
  /** Mean over the dimensions of the variance over the rows. */
  readonly variance: number;
}

/** One way to train, made ready for an engine. Programs are compiled for each size of batch that occurs. */
export interface Training {
  /** First values of the loss's learnable scalars, where it has any. */
  readonly lossParameters?: Readonly<Record<string, number>>;
  train(learner: Learner, batch: Batch): Promise<BatchReport>;
  release(): Promise<void>;
}

/** What all defenses are made from; each hands the part of `UpdateSetting` on to its updates. */
export interface TrainingSetting extends UpdateSetting {
  readonly engine: Engine;
  readonly backbone: Backbone;
  /** The loss of a training without defense; defenses mine with its miner and compare rows by its metric. */
  readonly loss: MinedLossOptions;
  /** Of the attack on each batch. */
  readonly budget: Budget;
}
