import type { Check } from '../types.ts';
import { exceeds } from './beyond-chance.ts';
import { answer, percent, unchecked } from './words.ts';

/** Recall near zero. */
const NEAR_ZERO = 0.05;

export const undefendedTwinFalls: Check = {
  id: 'undefended-twin-falls',
  claim: 'The same attacks bring an undefended model near zero.',
  judge({ rows: { length: total }, twin }) {
    if (twin === null) return unchecked('No undefended model was named.');
    const { version, clean, worst } = twin;
    if (!exceeds(Math.round(clean * total), total, NEAR_ZERO))
      return unchecked(`${version} finds ${percent(clean)} without an attack: there is nothing to bring down.`);
    return answer(
      exceeds(Math.round(worst * total), total, NEAR_ZERO),
      `Recall of ${version} goes from ${percent(clean)} to ${percent(worst)} under the worst attack of each query.`,
    );
  },
};
