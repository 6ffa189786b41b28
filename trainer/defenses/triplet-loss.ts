import { HoldfastError } from '../../base/errors.ts';
import { defaultMiner } from '../losses/compatible.ts';
import { losses, sumOfTerms } from '../losses/index.ts';
import { type MinedLossOptions, minedLoss } from '../losses/mined.ts';
import { miners } from '../miners/index.ts';
import type { Mining } from './scene.ts';
import type { RowsLoss } from './turn.ts';
import type { TrainingSetting } from './types.ts';

/** The margin of a choice of loss: its own, or that of the loss for the metric. */
export function marginOf({ loss, metric, margin }: MinedLossOptions): number {
  return margin ?? losses[loss].margins[metric];
}

/**
 * The setting's loss on triplets that are there already.
 * @throws HoldfastError OPTION_INVALID for a loss on groups, or one that needs rows beside the triplet.
 */
export function tripletLoss({ loss: choice }: TrainingSetting): RowsLoss {
  const { metric, margin, parameters } = minedLoss(choice);
  const loss = losses[choice.loss];
  if (loss.selection !== 'triplets' || loss.further !== undefined) {
    throw new HoldfastError(
      'OPTION_INVALID',
      `a defense perturbs triplets; the loss "${choice.loss}" needs more than them`,
    );
  }
  return {
    parameters,
    evaluate: ({ anchors, positives, negatives }, scalars) =>
      sumOfTerms(loss.terms(anchors, positives, negatives, { metric, margin, parameters: scalars })),
  };
}

export interface MiningOptions {
  /**
   * The margin of the semi-hard condition: the loss's own, or that of the released code, which is 1.0 for `N` too, where
   * 0.2 was meant (specification, section 3.1).
   */
  readonly minerMargin?: 'own' | 'released';
}

/** Triplets by the setting's miner. */
export function miningOf({ loss }: TrainingSetting, { minerMargin = 'own' }: MiningOptions = {}): Mining {
  const released = loss.metric === 'C' ? 0.2 : 1;
  const margin = minerMargin === 'released' ? released : marginOf(loss);
  return { miner: miners[loss.miner ?? defaultMiner[loss.loss]], margin };
}
