import { nearest, nearestFew } from '../metrics/order.ts';
import { qaMinus } from '../objectives/index.ts';
import { targetRows } from './targets.ts';
import type { RetrievalAttack, Targets } from './types.ts';

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
    GTT: retained(targets, distances, self, RETAINED),
    'GTT:1': retained(targets, distances, self, 1),
  }),
};

/** For each query whether its target is among the first few, itself left out: 1 or 0. */
function retained(
  targets: Targets,
  distances: readonly Float32Array[],
  self: Int32Array,
  count: number,
): readonly number[] {
  return distances.map((list, i) => Number(nearestFew(list, count, self[i]).includes(targets[i]?.[0] as number)));
}
