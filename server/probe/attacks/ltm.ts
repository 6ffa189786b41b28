import { labelConstants } from '../../model/objectives.ts';
import { firstLabel, misranked } from './choose.ts';
import type { ProbeAttack } from './types.ts';

/**
 * LTM: the farthest record of another label comes nearer than the nearest of the first result's. It goes by the nearest records, which
 * have the label, and others spread over the gallery. Succeeds when one of another label is found first.
 */
export const ltm: ProbeAttack = {
  name: 'ltm',
  named: false,
  choose: () => undefined,
  constants: (scene) => labelConstants(firstLabel(scene), [...scene.near, ...scene.sample]),
  succeeded: misranked,
};
