import { HoldfastError } from '../../../base/errors.ts';
import { distance } from '../distance.ts';
import type { Candidate, Outcome, Scene } from './types.ts';

/** The first result. @throws HoldfastError REQUEST_INVALID for an empty gallery */
export function first({ before: [hit] }: Scene): Candidate {
  return there(hit, 'the gallery is empty');
}

/** The record of median distance among those spread over the gallery. @throws HoldfastError REQUEST_INVALID for an empty gallery */
export function median({ sample, query }: Scene): Candidate {
  const ordered = [...sample].sort((a, b) => distance(query, a.vector) - distance(query, b.vector));
  return there(ordered[Math.floor(ordered.length / 2)], 'the gallery is empty');
}

/** The label of the first result, which stands for the class of the picture. @throws HoldfastError REQUEST_INVALID where it has none */
export function firstLabel(scene: Scene): string {
  return there(first(scene).label, 'the first result has no label to go by');
}

export function there<T>(value: T | null | undefined, problem: string): T {
  if (value === undefined || value === null) throw new HoldfastError('REQUEST_INVALID', `attacks: ${problem}`);
  return value;
}

export const entered = ({ standings }: Outcome): boolean =>
  standings !== undefined && standings.before.rank === null && standings.after.rank !== null;

export const left = ({ standings }: Outcome): boolean =>
  standings !== undefined && standings.before.rank !== null && standings.after.rank === null;

/** Whether what is found first has another label than what was. */
export const misranked = ({ before, after }: Outcome): boolean => before[0]?.label !== after[0]?.label;
