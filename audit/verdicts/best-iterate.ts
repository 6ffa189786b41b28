import type { Check } from '../types.ts';
import { inWords, largestMove, POINT } from './moves.ts';
import { answer } from './words.ts';

/** A score that is higher with the best iterate is no reason to doubt the one without. */
export const bestIterate: Check = {
  id: 'best-iterate',
  claim: 'The image that is scored is as strong as the best that the attack came across.',
  judge({ scored, bestIterate: best }) {
    const move = largestMove(scored, best, (by) => -by);
    return answer(!(move.by > -POINT), `${inWords(move)} when the best iterate of each image is scored.`);
  },
};
