import { nearest, nearestFew } from '../metrics/order.ts';
import { qaMinus } from '../objectives/index.ts';
import { targetRows } from './targets.ts';
import type { RetrievalAttack } from './types.ts';

/** A target is still found among this many. */
const RETAINED = 4;

/** GTT: a query pushes what it found first off its list. Measured by how often that stays among the first four. */
export const gtt: RetrievalAttack = {
  id: 'GTT',
  objective: qaMinus,
  shared: ({ gallery }) => ({ gallery }),
  choose: (_scene, { distances, self }) => distances.map((list, i) => [nearest(list, self[i])]),
  constants: (scene, _queries, targets) => ({ candidates: targetRows(scene, targets) }),
  score: (_scene, { self }, targets, { distances }) => ({
    GTT: distances.map((list, i) =>
      Number(nearestFew(list, RETAINED, self[i]).includes((targets[i] as readonly number[])[0] as number)),
    ),
  }),
};
