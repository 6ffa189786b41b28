import type { StepNetwork } from './networks.ts';

/** What is left to the system and to what is not counted. */
const SHARE = 0.8;

/** @param available bytes. @returns pairs of the largest batch up to the recipe's that fits, one at least. */
export function pairsThatFit({ backbone, recipe, bytesPerPixel = 0 }: StepNetwork, available: number): number {
  const perPair = bytesPerPixel * backbone.size ** 2;
  return Math.max(1, Math.min(recipe.pairs, Math.floor((SHARE * available) / perPair)));
}
