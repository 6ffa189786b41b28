import { HoldfastError } from '../../base/errors.ts';
import { type MinerName, miners } from '../miners/index.ts';
import type { Metric } from '../types.ts';
import { type LossName, losses } from './index.ts';

/** Miners that draw triplets. */
const drawing: readonly MinerName[] = ['random', 'semihard', 'softhard', 'hard', 'distance', 'ghard'];

/** The miners of the losses on groups; those on triplets take any that draws. */
const grouping: Readonly<Partial<Record<LossName, readonly MinerName[]>>> = {
  lifted: ['lifted'],
  npair: ['npair'],
  multisimilarity: ['multisimilarity', 'all', 'lifted'],
};

/** The miner of each loss when none is named. */
export const defaultMiner: Readonly<Record<LossName, MinerName>> = {
  triplet: 'semihard',
  'triplet-detached': 'random',
  contrastive: 'random',
  margin: 'random',
  snr: 'random',
  quadruplet: 'random',
  rhomboid: 'random',
  gil: 'random',
  infonce: 'random',
  lifted: 'lifted',
  npair: 'npair',
  multisimilarity: 'multisimilarity',
};

export interface Combination {
  readonly loss: LossName;
  readonly miner: MinerName;
  readonly metric: Metric;
  /** Probability of the spectrum-regularised switch. */
  readonly pSwitch?: number;
}

/** @throws HoldfastError OPTION_INVALID saying what goes with what, where the parts do not go together */
export function checkCombination({ loss, miner, metric, pSwitch = 0 }: Combination): void {
  if (!Object.hasOwn(losses, loss)) refuse('loss', loss, `one of: ${Object.keys(losses).join(', ')}`);
  if (!Object.hasOwn(miners, miner)) refuse('miner', miner, `one of: ${Object.keys(miners).join(', ')}`);
  const { metrics, selection } = losses[loss];
  if (!metrics.includes(metric)) refuse('metric', metric, `one that "${loss}" is defined for: ${metrics.join(', ')}`);
  const allowed = grouping[loss] ?? drawing;
  if (!allowed.includes(miner)) refuse('miner', miner, `one that goes with "${loss}": ${allowed.join(', ')}`);
  if (miner === 'distance' && metric !== 'N') refuse('metric', metric, 'N, the one that the miner "distance" is for');
  if (!(pSwitch >= 0 && pSwitch <= 1)) refuse('switch', pSwitch, 'a probability');
  if (pSwitch > 0 && selection !== 'triplets') refuse('switch', pSwitch, `0: "${loss}" draws no triplets`);
}

function refuse(what: string, given: string | number, wanted: string): never {
  throw new HoldfastError('OPTION_INVALID', `the ${what} is "${given}", not ${wanted}`);
}
