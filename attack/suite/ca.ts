import { mean } from '../../base/statistics.ts';
import { caMinus as minus, caPlus as plus } from '../objectives/index.ts';
import { search } from './scene.ts';
import { anyRow, targetRows, topRow } from './targets.ts';
import type { Attacked, Queries, RetrievalAttack, Scene, Targets } from './types.ts';

/** The share of the gallery that is strictly nearer to the targets than the image is, for each image. */
async function ranks(scene: Scene, _queries: Queries, targets: Targets, { distances }: Attacked): Promise<number[]> {
  const { data, shape } = targetRows(scene, targets);
  const [images = 0, count = 0, dimension = 0] = shape;
  const lists = await search(scene, { data, shape: [images * count, dimension] });
  const rank = (list: Float32Array, own: number): number => {
    let nearer = 0;
    for (const distance of list) if (own > distance) nearer += 1;
    return nearer / list.length;
  };
  return targets.map((rows, i) =>
    mean(rows.map((row, w) => rank(lists[i * count + w] as Float32Array, distances[i]?.[row] as number))),
  );
}

const common = {
  shared: ({ gallery }: Scene) => ({ gallery }),
  constants: (scene: Scene, _queries: Queries, targets: Targets) => ({ targets: targetRows(scene, targets) }),
};

/** CA+: an image climbs the list of a query that has nothing to do with it. */
export const caPlus: RetrievalAttack = {
  ...common,
  id: 'CA+',
  objective: plus,
  choose: anyRow,
  score: async (...given) => ({ 'CA+': await ranks(...given) }),
};

/** CA-: an image leaves the top of the list of a query that it belongs to. */
export const caMinus: RetrievalAttack = {
  ...common,
  id: 'CA-',
  objective: minus,
  choose: topRow,
  score: async (...given) => ({ 'CA-': await ranks(...given) }),
};
