import type { Check } from '../types.ts';
import { exceeds } from './beyond-chance.ts';
import { ON_THE_EDGE } from './rise.ts';
import { answer, levels, percent, unchecked } from './words.ts';

/** With this epsilon every image can be made plain grey, so that nothing of what it showed is left. */
const UNBOUNDED = 0.5;

export const unboundedReachesChance: Check = {
  id: 'unbounded-reaches-chance',
  claim: 'With epsilon = 0.5 recall falls to chance.',
  judge({ rows, chance, epsilonCurve }) {
    const last = epsilonCurve.at(-1);
    if (last === undefined || last.at < UNBOUNDED) return unchecked('No attack was run with epsilon = 0.5.');
    const { worst } = last.recall;
    return answer(
      exceeds(Math.round(worst * rows.length), rows.length, chance + ON_THE_EDGE),
      `Recall within epsilon ${levels(last.at)} is ${percent(worst)} under the worst attack of each of ${rows.length} queries; chance is ${percent(chance)}.`,
    );
  },
};
