import type { ProbeAnswer, ProbedAttack } from '../sdk/index.ts';

/** Where something stands in a list; `null`: outside. */
export type Rank = number | null;

/**
 * The rank that an attack is about, before and after it: that of its candidate, else that of the first result. Undefined in an empty
 * gallery.
 */
export function standingOf(
  { before }: Pick<ProbeAnswer, 'before'>,
  { candidate, after }: Pick<ProbedAttack, 'candidate' | 'after'>,
): { readonly before: Rank; readonly after: Rank } | undefined {
  if (candidate !== null) return { before: candidate.before.rank, after: candidate.after.rank };
  const [first] = before;
  return first && { before: first.rank, after: after.find(({ id }) => id === first.id)?.rank ?? null };
}
