import { ndarray } from '../../engine/arrays.ts';
import { ltm as objective } from '../objectives/index.ts';
import { hits } from './recall.ts';
import type { RetrievalAttack } from './types.ts';

/** LTM: a query finds the farthest image of another class before any of its own. Measured by recall at 1. */
export const ltm: RetrievalAttack = {
  id: 'LTM',
  objective,
  shared: ({ gallery, labels }) => ({ gallery, galleryLabels: ndarray(labels, [labels.length]) }),
  choose: (_scene, { distances }) => distances.map(() => []),
  constants({ protocol }, { labels, self }) {
    const excluded = protocol === 'exact' ? self : new Int32Array(self.length).fill(-1);
    return { labels: ndarray(labels, [labels.length]), excluded: ndarray(excluded, [excluded.length]) };
  },
  score: (scene, queries, _targets, { distances }) => ({ LTM: hits(scene, queries, distances, queries.self) }),
};
