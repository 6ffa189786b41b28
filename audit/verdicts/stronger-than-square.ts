import type { Check } from '../types.ts';
import { againstRival } from './beaten.ts';
import { unchecked } from './words.ts';

export const strongerThanSquare: Check = {
  id: 'stronger-than-square',
  claim: 'Square, which sees distances alone, never beats the attack with gradients.',
  judge({ square: [first, ...others] }) {
    return first === undefined ? unchecked('Square was not run.') : againstRival('Square', [first, ...others]);
  },
};
