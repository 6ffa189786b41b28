import { mean } from '../../base/statistics.ts';
import type { Rounded } from '../evidence.ts';
import type { Check } from '../types.ts';
import { exceeds } from './beyond-chance.ts';
import { ON_THE_EDGE } from './rise.ts';
import { answer, listed, percent, unchecked } from './words.ts';

/** Queries that an attack misleads as computed, beyond those that it misleads as a file. */
function lost({ asComputed, eightBits, decoded }: Rounded): number {
  return Math.round(asComputed.length * (Math.max(mean(eightBits), mean(decoded)) - mean(asComputed)));
}

export const survivesEightBits: Check = {
  id: 'survives-8-bits',
  claim: 'Attacked images are as strong in 8 bits, and as files that the server decodes.',
  judge({ rounding }) {
    if (rounding.length === 0) return unchecked('No attacked image was rounded.');
    const recalls = rounding.map(
      ({ attack, asComputed, eightBits, decoded }) =>
        `under ${attack} ${percent(mean(asComputed))} as computed, ${percent(mean(eightBits))} in 8 bits, ${percent(mean(decoded))} as a decoded PNG`,
    );
    const isLost = rounding.some((each) => exceeds(lost(each), each.asComputed.length, ON_THE_EDGE));
    return answer(isLost, `Recall is ${listed(recalls)}.`);
  },
};
