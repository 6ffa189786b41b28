import { targetConstants } from '../../model/objectives.ts';
import { firstLabel, misranked, there } from './choose.ts';
import type { ProbeAttack } from './types.ts';

/** GTM: the query goes to the nearest record of another label than the first result's. Succeeds when one of another label is found first. */
export const gtm: ProbeAttack = {
  name: 'gtm',
  named: false,
  choose(scene) {
    const label = firstLabel(scene);
    const other = [...scene.near, ...scene.sample].find((hit) => hit.label !== label);
    return there(other, 'no record has another label than the first result');
  },
  constants: (_scene, candidate) => targetConstants(there(candidate, 'there is no candidate').vector),
  succeeded: misranked,
};
