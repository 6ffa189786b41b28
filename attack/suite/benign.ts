import { takeRows } from '../../engine/arrays.ts';
import { nearest, type RankedQuery, type RetrievalMetrics, rankQuery, summarise } from '../metrics/index.ts';
import { search } from './scene.ts';
import type { Scene } from './types.ts';

/** What a search finds without an attack. */
export type Benign = RetrievalMetrics;

/**
 * Each image of the gallery looked for in the rest of it (specification of the method, section 6).
 * @param batch queries at a time; under the protocol `robrank` results are means of the means of these.
 */
export async function benign(scene: Scene, batch: number): Promise<Benign> {
  const { labels, protocol } = scene;
  const ranked: (RankedQuery | undefined)[] = [];
  for (let from = 0; from < labels.length; from += batch) {
    const rows = Array.from({ length: Math.min(batch, labels.length - from) }, (_, i) => from + i);
    const lists = await search(scene, takeRows(scene.gallery, rows));
    lists.forEach((distances, i) => {
      const row = from + i;
      const self = protocol === 'exact' ? row : nearest(distances);
      ranked.push(rankQuery(distances, labels, labels[row] as number, self));
    });
  }
  return protocol === 'exact' ? summarise(ranked) : summarise(ranked, batch);
}
