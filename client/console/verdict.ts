import type { ProbeCandidate, ProbedAttack } from '../sdk/index.ts';
import { nameOf } from './words.ts';

/** How an attack ended, in one sentence. */
export function verdict(attack: ProbedAttack): string {
  const outcome = attack.success ? 'The attack worked' : 'The search held';
  return `${outcome}: ${attack.candidate === null ? firstResult(attack) : candidateMoved(attack.candidate)}.`;
}

function firstResult({ success, after }: ProbedAttack): string {
  const [first] = after;
  if (first === undefined) return 'the gallery is empty';
  return success ? `“${nameOf(first)}” (${first.id}) is first now` : `“${nameOf(first)}” is still first`;
}

function candidateMoved(candidate: ProbeCandidate): string {
  const from = place(candidate.before.rank);
  const to = place(candidate.after.rank);
  const moved = from === to ? `is still ${to}` : `went from ${from} to ${to}`;
  return `“${nameOf(candidate)}” ${moved}`;
}

function place(rank: number | null): string {
  return rank === null ? 'outside the list' : `rank ${rank}`;
}
