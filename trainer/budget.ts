import type { Stage } from './recipe.ts';

/** Share of a budget that is left for loading data and the closing evaluation. */
const RESERVE = 0.15;

/**
 * Shortens the stages alike so that they fit into a time; they are never lengthened, and never shorter than one epoch.
 * @param secondsPerEpoch of each stage, as measured. @param budget in seconds; undefined leaves the stages alone.
 */
export function fitStages(
  stages: readonly Stage[],
  secondsPerEpoch: readonly number[],
  budget: number | undefined,
): Stage[] {
  if (budget === undefined) return [...stages];
  const needed = stages.reduce((sum, { epochs }, i) => sum + epochs * (secondsPerEpoch[i] ?? 0), 0);
  const share = Math.min(1, (budget * (1 - RESERVE)) / needed);
  return stages.map((stage) => ({ ...stage, epochs: Math.max(1, Math.floor(stage.epochs * share)) }));
}
