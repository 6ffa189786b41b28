import type { Check } from '../types.ts';
import { againstRival } from './beaten.ts';
import { unchecked } from './words.ts';

export const strongerThanNes: Check = {
  id: 'stronger-than-nes',
  claim: 'NES, which sees distances alone, never beats the attack with gradients.',
  judge({ nes: [first, ...others] }) {
    return first === undefined ? unchecked('NES was not run.') : againstRival('NES', [first, ...others]);
  },
};
