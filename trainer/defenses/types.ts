import type { Random } from '../../base/random.ts';
import type { Backbone } from '../../embedding/types.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import type { Learner } from '../update.ts';

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
  readonly collapseness?: number;
}

/** One way to train, made ready for an engine. Programs are compiled for each size of batch that occurs. */
export interface Training {
  train(learner: Learner, batch: Batch): Promise<BatchReport>;
  release(): Promise<void>;
}

export interface TrainingSetting {
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly weightDecay: number;
}
