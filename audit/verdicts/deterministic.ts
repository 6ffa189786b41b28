import type { Check } from '../types.ts';
import { answer } from './words.ts';

/** A hundred times the rounding of float32 in embeddings, and far below the distances that decide what is found. */
const ROUNDING = 1e-4;

export const deterministic: Check = {
  id: 'deterministic',
  claim: 'The same image always has the same embedding.',
  judge({ repeat: { again, alone } }) {
    return answer(
      !(again <= ROUNDING && alone <= ROUNDING),
      `Embeddings differ by at most ${inShort(again)} between two passes and by ${inShort(alone)} between an image alone and among others.`,
    );
  },
};

function inShort(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(1);
}
