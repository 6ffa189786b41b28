import type { Miner } from '../types.ts';
import { all } from './all.ts';
import { distanceMiner } from './distance.ts';
import { ghard } from './ghard.ts';
import { hardMiner } from './hard.ts';
import { lifted } from './lifted.ts';
import { multisimilarity } from './multisimilarity.ts';
import { npair } from './npair.ts';
import { random } from './random.ts';
import { semihard } from './semihard.ts';
import { softhard } from './softhard.ts';

export { batchDistances } from './distances.ts';
export { drawGroups, drawTriplets } from './draw.ts';
export { everyTriplet } from './every-triplet.ts';
export { gradualMargin } from './ghard.ts';

export type MinerName =
  | 'random'
  | 'semihard'
  | 'softhard'
  | 'hard'
  | 'distance'
  | 'ghard'
  | 'lifted'
  | 'npair'
  | 'all'
  | 'multisimilarity';

/** Every miner. The last four are for losses on groups. */
export const miners: Readonly<Record<MinerName, Miner>> = {
  random,
  semihard,
  softhard,
  hard: hardMiner('corrected'),
  distance: distanceMiner('corrected'),
  ghard,
  lifted,
  npair,
  all,
  multisimilarity,
};

/** The same as the released code has them, where it goes wrong. */
export const releasedMiners: Readonly<Record<MinerName, Miner>> = {
  ...miners,
  hard: hardMiner('released'),
  distance: distanceMiner('released'),
  multisimilarity: all,
};
