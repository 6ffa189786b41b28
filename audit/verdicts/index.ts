import type { Evidence } from '../evidence.ts';
import type { Check, Verdict } from '../types.ts';
import { bestIterate } from './best-iterate.ts';
import { converged } from './converged.ts';
import { deterministic } from './deterministic.ts';
import { gradientsAlive } from './gradients-alive.ts';
import { moreStepsNeverWeaker } from './more-steps-never-weaker.ts';
import { strongerThanNes } from './stronger-than-nes.ts';
import { strongerThanNoise } from './stronger-than-noise.ts';
import { strongerThanSquare } from './stronger-than-square.ts';
import { strongerThanTransfer } from './stronger-than-transfer.ts';
import { successGrowsWithEpsilon } from './success-grows-with-epsilon.ts';
import { survivesEightBits } from './survives-8-bits.ts';
import { unboundedReachesChance } from './unbounded-reaches-chance.ts';
import { undefendedTwinFalls } from './undefended-twin-falls.ts';

/** All checks, in the order in which docs/verdicts.md explains them. */
export const checks: readonly Check[] = [
  moreStepsNeverWeaker,
  successGrowsWithEpsilon,
  unboundedReachesChance,
  converged,
  bestIterate,
  strongerThanNoise,
  strongerThanSquare,
  strongerThanNes,
  strongerThanTransfer,
  gradientsAlive,
  deterministic,
  survivesEightBits,
  undefendedTwinFalls,
];

/** The verdict of every check on what was seen, in their order. */
export function reachVerdicts(evidence: Evidence): Verdict[] {
  return checks.map((check) => ({ id: check.id, claim: check.claim, ...check.judge(evidence) }));
}
