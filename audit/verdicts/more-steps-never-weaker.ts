import type { Check } from '../types.ts';
import { byChance, largestRise } from './rise.ts';
import { answer, inSteps, percent, unchecked } from './words.ts';

/**
 * A single step is as long as epsilon, and the first few of several may not get that far together: the single step is held against
 * the attacks as they are scored and beyond. That it is the stronger one there is the classical sign of a masked gradient.
 */
export const moreStepsNeverWeaker: Check = {
  id: 'more-steps-never-weaker',
  claim: 'More steps never make an attack weaker.',
  judge({ rows, steps, stepsCurve }) {
    const [first, last] = [stepsCurve[0], stepsCurve.at(-1)];
    if (first === undefined || last === undefined || first === last)
      return unchecked('Attacks of different numbers of steps were not run.');
    const rise = largestRise(stepsCurve, rows.length, (fewer, more) => fewer.at > 1 || more.at >= steps);
    if (rise === undefined)
      return answer(false, `Recall rises under no attack from ${first.at} to ${inSteps(last.at)} (scored: ${steps}).`);
    const { attack, from, to, before, after } = rise;
    return answer(
      rise.isReal,
      `Recall under ${attack} is ${percent(before)} with ${inSteps(from.at)} and ${percent(after)} with ${to.at}, ${byChance(rise, rows.length)}.`,
    );
  },
};
