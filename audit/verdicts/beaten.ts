import { mean } from '../../base/statistics.ts';
import type { Rivalry } from '../evidence.ts';
import { isLower } from '../rivalries.ts';
import { exceeds } from './beyond-chance.ts';
import { type Answer, answer, percent } from './words.ts';

/** Share of the queries on which an adversary who knows less may be ahead: a few are lucky where the attack with gradients is stuck. */
export const LUCKY = 0.05;

interface Beaten {
  readonly rivalry: Rivalry;
  /** Queries on which the rival is nearer to the aim. */
  readonly nearer: number;
  /** Queries that the rival misleads beyond as many as the attack with gradients does. */
  readonly more: number;
  readonly total: number;
  readonly isReal: boolean;
}

/** Holds every attack of a rival against the attack with gradients, and tells of the one where it does best. */
export function againstRival(name: string, rivalries: readonly [Rivalry, ...Rivalry[]]): Answer {
  const [first, ...others] = rivalries.map(compare) as [Beaten, ...Beaten[]];
  const { rivalry, nearer, total } = others.reduce(
    (most, next) => (aheadOf(next) > aheadOf(most) ? next : most),
    first,
  );
  return answer(
    [first, ...others].some(({ isReal }) => isReal),
    `${name} comes nearer to the aim of ${rivalry.attack} than the attack with gradients on ${nearer} of ${total} queries; recall is ${percent(mean(rivalry.rivalHits))} under it and ${percent(mean(rivalry.whiteHits))} under the attack with gradients.`,
  );
}

const aheadOf = ({ nearer, more, total }: Beaten): number => Math.max(nearer, more) / total;

function compare(rivalry: Rivalry): Beaten {
  const { white, rival, whiteHits, rivalHits } = rivalry;
  const total = white.length;
  const nearer = white.filter((value, i) => isLower(rival[i] as number, value)).length;
  const more = Math.round(total * (mean(whiteHits) - mean(rivalHits)));
  return { rivalry, nearer, more, total, isReal: exceeds(nearer, total, LUCKY) || exceeds(more, total, LUCKY) };
}
