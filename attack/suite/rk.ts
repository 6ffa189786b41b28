import { takeRows } from '../../engine/arrays.ts';
import { NONE, nearestWhere } from '../metrics/index.ts';
import { ranking } from '../objectives/index.ts';
import { hits } from './recall.ts';
import type { RetrievalAttack, Scene, Targets } from './types.ts';

const column = ({ gallery }: Scene, targets: Targets, index: 0 | 1) =>
  takeRows(
    gallery,
    targets.map((rows) => rows[index] as number),
  );

/**
 * RK, the plain ranking attack: a query leaves the nearest image of its class for the nearest of another. It is not part of
 * the scores. Measured by recall at 1. Where there is no such image, the query's own row stands for it.
 */
export const rk: RetrievalAttack = {
  id: 'RK',
  objective: ranking,
  shared: () => ({}),
  choose: ({ labels }, { distances, labels: own, self }) =>
    distances.map((list, i) => {
      const row = self[i] as number;
      const same = nearestWhere(list, (other) => other !== row && labels[other] === own[i]);
      const other = nearestWhere(list, (candidate) => labels[candidate] !== own[i]);
      return [same === NONE ? row : same, other === NONE ? row : other];
    }),
  constants: (scene, _queries, targets) => ({ same: column(scene, targets, 0), other: column(scene, targets, 1) }),
  score: (scene, queries, _targets, { distances }) => ({ RK: hits(scene, queries, distances, queries.self) }),
};
