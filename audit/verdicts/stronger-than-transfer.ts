import type { Check } from '../types.ts';
import { againstRival } from './beaten.ts';
import { unchecked } from './words.ts';

export const strongerThanTransfer: Check = {
  id: 'stronger-than-transfer',
  claim: 'Images made on another model version never beat the attack with gradients.',
  judge({ transfer }) {
    const [first, ...others] = transfer?.rivalries ?? [];
    if (transfer === null || first === undefined)
      return unchecked('No other model version was named to make images on.');
    return againstRival(`Transfer from ${transfer.from}`, [first, ...others]);
  },
};
