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
      `Embeddings differ by at most ${again.toExponential(1)} between two passes and by ${alone.toExponential(1)} between an image alone and among others.`,
    );
  },
};
