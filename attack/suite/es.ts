import type { NdArray } from '../../engine/types.ts';
import { es as objective } from '../objectives/index.ts';
import type { Metric } from '../types.ts';
import { hits } from './recall.ts';
import type { RetrievalAttack } from './types.ts';

/** Added to each difference, as by the objective. */
const OFFSET = 1e-6;

/** How far each embedding is from where it was, in the metric. */
export function shifts(now: NdArray, before: NdArray, metric: Metric): number[] {
  const [count = 0, dimension = 0] = now.shape;
  return Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let d = i * dimension; d < (i + 1) * dimension; d++) {
      const [a, b] = [now.data[d] as number, before.data[d] as number];
      sum += metric === 'C' ? a * b : (a - b + OFFSET) ** 2;
    }
    return metric === 'C' ? 1 - sum : Math.sqrt(sum);
  });
}

/** ES: a query goes as far as it can from where it was. Measured by how far (ES:D) and by what it finds there (ES:R). */
export const es: RetrievalAttack = {
  id: 'ES',
  objective,
  shared: () => ({}),
  choose: (_scene, { distances }) => distances.map(() => []),
  constants: (_scene, { embeddings }) => ({ clean: embeddings }),
  score: (scene, queries, _targets, { embeddings, distances, previous }) => ({
    'ES:D': shifts(previous ?? embeddings, queries.embeddings, scene.metric),
    'ES:R': hits(scene, queries, distances, queries.self),
  }),
};
