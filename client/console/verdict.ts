import type { ProbeCandidate, ProbedAttack } from '../sdk/index.ts';
import type { Rank } from './standing.ts';
import { nameOf } from './words.ts';

/** How an attack ended, in one sentence. */
export function verdict(attack: ProbedAttack): string {
  const outcome = attack.success ? 'The attack worked' : 'The search held';
  return `${outcome}: ${moved(attack)}.`;
}

function moved(attack: ProbedAttack): string {
  const { candidate } = attack;
  if (candidate === null) return firstResult(attack);
  // These two are about the list of the candidate and the place of the query in it.
  if (attack.attack === 'ca+' || attack.attack === 'ca-')
    return `in the list of “${nameOf(candidate)}” the query ${change(candidate)}`;
  return `“${nameOf(candidate)}” ${change(candidate)}`;
}

function firstResult({ success, after }: ProbedAttack): string {
  const [first] = after;
  if (first === undefined) return 'the gallery is empty';
  return success ? `“${nameOf(first)}” (${first.id}) is first now` : `“${nameOf(first)}” is still first`;
}

function change({ before, after }: ProbeCandidate): string {
  const [from, to] = [place(before.rank), place(after.rank)];
  return from === to ? `is still ${to}` : `went from ${from} to ${to}`;
}

function place(rank: Rank): string {
  return rank === null ? 'outside the list' : `rank ${rank}`;
}
