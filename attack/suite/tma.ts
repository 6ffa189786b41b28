import { tma as objective } from '../objectives/index.ts';
import { normalisedRows } from '../rows.ts';
import { anyRow, firstTargets } from './targets.ts';
import type { RetrievalAttack } from './types.ts';

/** TMA: a query takes the direction of an image that has nothing to do with it. Measured by the cosine between them. */
export const tma: RetrievalAttack = {
  id: 'TMA',
  objective,
  shared: () => ({}),
  choose: anyRow,
  constants: (scene, _queries, targets) => ({ target: firstTargets(scene, targets) }),
  score(scene, _queries, targets, { embeddings }) {
    const [count = 0, dimension = 0] = embeddings.shape;
    const own = normalisedRows(embeddings.data, count, dimension);
    const other = normalisedRows(firstTargets(scene, targets).data, count, dimension);
    const cosine = (i: number): number => {
      let sum = 0;
      for (let d = i * dimension; d < (i + 1) * dimension; d++) sum += (own[d] as number) * (other[d] as number);
      return sum;
    };
    return { TMA: targets.map((_, i) => cosine(i)) };
  },
};
