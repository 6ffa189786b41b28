import type { Random } from '../../base/random.ts';
import { takeRows } from '../../engine/arrays.ts';
import {
  type ClassDistances,
  classDistances,
  kMeans,
  nearest,
  normalisedMutualInformation,
  type RankedQuery,
  type RetrievalMetrics,
  rankQuery,
  type Separation,
  separation,
  summarise,
} from '../metrics/index.ts';
import { search } from './scene.ts';
import type { Scene } from './types.ts';

/** What a search finds without an attack. */
export interface Benign extends RetrievalMetrics {
  readonly separation: Separation;
  /** Agreement of the classes with as many clusters; null where it was not asked for. */
  readonly nmi: number | null;
}

export interface BenignOptions {
  /** Queries at a time; under the protocol `robrank` results are means of the means of these. */
  readonly batch: number;
  /** Where clusters begin. Without it there are none: with thousands of classes they take longer than all the rest. */
  readonly random?: Random;
  readonly signal?: AbortSignal;
}

/** Each image of the gallery looked for in the rest of it (specification of the method, section 6). */
export async function benign(scene: Scene, { batch, random, signal }: BenignOptions): Promise<Benign> {
  const { labels, protocol, gallery } = scene;
  const ranked: (RankedQuery | undefined)[] = [];
  const distances: ClassDistances[] = [];
  for (let from = 0; from < labels.length; from += batch) {
    signal?.throwIfAborted();
    const rows = Array.from({ length: Math.min(batch, labels.length - from) }, (_, i) => from + i);
    const lists = await search(scene, takeRows(gallery, rows));
    lists.forEach((list, i) => {
      const row = from + i;
      const self = protocol === 'exact' ? row : nearest(list);
      ranked.push(rankQuery(list, labels, labels[row] as number, self));
      distances.push(classDistances(list, labels, labels[row] as number, self));
    });
  }
  const metrics = protocol === 'exact' ? summarise(ranked) : summarise(ranked, batch);
  const clusters = random && (await kMeans(scene.engine, gallery, new Set(labels).size, random));
  const nmi = clusters === undefined ? null : normalisedMutualInformation(labels, clusters);
  return { ...metrics, separation: separation(distances), nmi };
}
