import type { Check } from '../types.ts';
import { byChance, largestRise } from './rise.ts';
import { answer, levels, percent, unchecked } from './words.ts';

/** What an attack throws far away is found by chance: recall that rises no higher than chance does not count. */
export const successGrowsWithEpsilon: Check = {
  id: 'success-grows-with-epsilon',
  claim: 'An attack that may change more is not weaker.',
  judge({ rows, chance, epsilonCurve }) {
    const [first, last] = [epsilonCurve[0], epsilonCurve.at(-1)];
    if (first === undefined || last === undefined || first === last)
      return unchecked('Attacks within different epsilons were not run.');
    const rise = largestRise(epsilonCurve, rows.length, undefined, chance);
    if (rise === undefined)
      return answer(
        false,
        `Recall rises under no attack from epsilon ${levels(first.at)} to ${levels(last.at)}: under the worst it goes from ${percent(first.recall.worst)} to ${percent(last.recall.worst)}.`,
      );
    const { attack, from, to, before, after } = rise;
    return answer(
      rise.isReal,
      `Recall under ${attack} is ${percent(before)} within epsilon ${levels(from.at)} and ${percent(after)} within ${levels(to.at)}, ${byChance(rise, rows.length)}.`,
    );
  },
};
