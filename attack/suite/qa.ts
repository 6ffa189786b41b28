import { mean } from '../../base/statistics.ts';
import { positionOf } from '../metrics/order.ts';
import { qaMinus as minus, qaPlus as plus } from '../objectives/index.ts';
import { anyRow, targetRows, topRow } from './targets.ts';
import type { Attacked, Queries, RetrievalAttack, Scene, Targets } from './types.ts';

/** Mean position of the candidates in each query's list, as a share of the gallery. */
export function positions(_scene: Scene, _queries: Queries, targets: Targets, { distances }: Attacked): number[] {
  return distances.map((list, i) => mean((targets[i] ?? []).map((row) => positionOf(list, row) / list.length)));
}

const common = {
  shared: ({ gallery }: Scene) => ({ gallery }),
  constants: (scene: Scene, _queries: Queries, targets: Targets) => ({ candidates: targetRows(scene, targets) }),
};

/** QA+: a query brings an image up that has nothing to do with it. */
export const qaPlus: RetrievalAttack = {
  ...common,
  id: 'QA+',
  objective: plus,
  choose: anyRow,
  score: (...given) => ({ 'QA+': positions(...given) }),
};

/** QA-: a query pushes an image off the top of its list. */
export const qaMinus: RetrievalAttack = {
  ...common,
  id: 'QA-',
  objective: minus,
  choose: topRow,
  score: (...given) => ({ 'QA-': positions(...given) }),
};
