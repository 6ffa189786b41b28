import type { Check } from '../types.ts';
import { inWords, largestMove, POINT } from './moves.ts';
import { answer, inSteps } from './words.ts';

export const converged: Check = {
  id: 'converged',
  claim: 'Twice the steps and twice the restarts move ERS and ARS by less than 1 point.',
  judge({ scored, doubled, steps }) {
    const move = largestMove(scored, doubled, Math.abs);
    return answer(
      !(Math.abs(move.by) < POINT),
      `${inWords(move)} when ${inSteps(steps)} become ${2 * steps} and the restarts are doubled.`,
    );
  },
};
