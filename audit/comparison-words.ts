import type { Measure } from '../attack/suite/types.ts';
import type { Comparison, Difference } from './compare.ts';
import { fixed } from './format.ts';
import { measureWords } from './measure-words.ts';
import { standingOf } from './standing.ts';

/** Differences that chance alone brings about less often than this are called seen. */
const LEVEL = 0.05;

/** How little of a significance can be told from 1,000 draws. */
const LEAST = 0.001;

export type Favoured = 'first' | 'second' | 'neither';

/** Which model a difference speaks for; neither, where it may be chance. */
export function favoured(name: Measure | 'R@1' | 'ERS' | 'ARS', { value, significance }: Difference): Favoured {
  if (!(significance < LEVEL) || value === 0) return 'neither';
  const robust = name === 'ERS' || name === 'ARS' ? 'high' : measureWords[name].robust;
  return value > 0 === (robust === 'high') ? 'second' : 'first';
}

/** `p = 0.034`, or `p ≤ 0.001` where the draws cannot tell. */
export function significanceWords(significance: number): string {
  if (Number.isNaN(significance)) return '–';
  return significance <= LEAST ? `p ≤ ${LEAST}` : `p = ${significance.toFixed(3)}`;
}

/** A difference with its sign. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** What stands beside every comparison. */
export const chanceNote =
  'Both models were attacked on the same queries; the intervals and significances are those of the differences, by bootstrap over queries. Of so many differences, about one in twenty would be below 0.05 by chance alone.';

/** What the comparison says, in a sentence: nothing before the raised verdicts of both are explained. */
export function conclusion(comparison: Comparison): string {
  const { first, second, ers, ars } = comparison;
  const names = { first: first.model.version, second: second.model.version };
  const doubted = [first, second].filter(({ verdicts }) => !standingOf(verdicts).believable);
  if (doubted.length > 0) {
    const whose = doubted.map(({ model }) => model.version).join(' and ');
    return `Not to be compared before the verdicts of ${whose} are explained.`;
  }
  const [byErs, byArs] = [favoured('ERS', ers), favoured('ARS', ars)];
  if (byErs === byArs) {
    if (byErs !== 'neither') return `${names[byErs]} is more robust, by ERS and by ARS.`;
    return `No difference in ERS or ARS is seen on ${first.queries.length} queries.`;
  }
  const by = (score: string, whom: Favoured): string =>
    whom === 'neither' ? `by ${score} no difference is seen` : `by ${score} ${names[whom]} is more robust`;
  const sentence = `${by('ERS', byErs)}; ${by('ARS', byArs)}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
