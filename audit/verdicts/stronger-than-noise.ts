import type { Check } from '../types.ts';
import { againstRival } from './beaten.ts';
import { unchecked } from './words.ts';

export const strongerThanNoise: Check = {
  id: 'stronger-than-noise',
  claim: 'Random noise of the same norm never beats the attack with gradients.',
  judge({ noise: [first, ...others] }) {
    return first === undefined ? unchecked('Noise was not run.') : againstRival('Noise', [first, ...others]);
  },
};
