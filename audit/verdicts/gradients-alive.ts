import type { Check } from '../types.ts';
import { exceeds } from './beyond-chance.ts';
import { answer, listed, unchecked } from './words.ts';

/** Share of the inputs that may have no gradient: what the attack wants can be so already. */
const DEAD = 0.01;

export const gradientsAlive: Check = {
  id: 'gradients-alive',
  claim: 'The gradient is finite and not zero on more than 99 % of inputs.',
  judge({ gradients }) {
    if (gradients.length === 0) return unchecked('No gradient was looked at.');
    // A gradient that is not finite is a fault of the model or of the program, whatever the sample.
    const isDead = gradients.some(
      ({ inputs, finite, nonZero }) => exceeds(inputs - nonZero, inputs, DEAD) || finite < inputs,
    );
    const counts = gradients.map(
      ({ attack, inputs, finite, nonZero }) => `${finite} finite and ${nonZero} not zero of ${inputs} under ${attack}`,
    );
    return answer(isDead, `Gradients: ${listed(counts)}.`);
  },
};
