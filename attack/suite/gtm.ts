import { NONE, nearest, nearestWhere } from '../metrics/order.ts';
import { gtm as objective } from '../objectives/index.ts';
import { hits } from './recall.ts';
import { firstTargets } from './targets.ts';
import type { RetrievalAttack } from './types.ts';

/**
 * The nearest row whose label differs from that of the row that is nearest, which need not be the query's (specification of
 * the method, section 5). Where all labels are the same there is none, and the nearest row is taken.
 */
export function firstUnmatching(distances: ArrayLike<number>, labels: Int32Array, self: number): number {
  const first = nearest(distances, self);
  const found = nearestWhere(distances, (row) => row !== self && labels[row] !== labels[first]);
  return found === NONE ? first : found;
}

/** What the released selector takes for it: the position of that row among the rows that do not match. */
export function releasedUnmatching(distances: ArrayLike<number>, labels: Int32Array, self: number): number {
  const label = labels[nearest(distances, self)];
  const row = firstUnmatching(distances, labels, self);
  return row - labels.subarray(0, row).filter((other) => other === label).length;
}

/** GTM: a query goes to the nearest image that does not match. Measured by recall at 1. */
export const gtm: RetrievalAttack = {
  id: 'GTM',
  objective,
  shared: () => ({}),
  choose({ labels, protocol }, { distances, self }) {
    const select = protocol === 'exact' ? firstUnmatching : releasedUnmatching;
    return distances.map((list, i) => [select(list, labels, self[i] as number)]);
  },
  constants: (scene, _queries, targets) => ({ target: firstTargets(scene, targets) }),
  score: (scene, queries, _targets, { distances }) => ({ GTM: hits(scene, queries, distances, queries.self) }),
};
