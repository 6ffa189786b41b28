import { classSizes } from '../../attack/metrics/index.ts';
import { eachBatch } from '../../attack/suite/attack-all.ts';
import { hits } from '../../attack/suite/recall.ts';
import { mean } from '../../base/statistics.ts';
import type { Subject } from '../types.ts';

/** Recall at 1 of the sample without an attack, as a share. */
export async function cleanRecall({ scene, sample, count, signal }: Subject): Promise<number> {
  const found: number[] = [];
  await eachBatch(scene, { queries: sample, count, signal }, async (queries, _rows, size) => {
    found.push(...hits(scene, queries, queries.distances, queries.self).slice(0, size));
  });
  return mean(found);
}

/** Recall at 1 that a random order of the rest of the gallery is expected to have. */
export function chance({ scene: { labels }, sample }: Pick<Subject, 'scene' | 'sample'>): number {
  const sizes = classSizes(labels);
  const others = (row: number): number => (sizes.get(labels[row] as number) ?? 1) - 1;
  return mean(sample.map((row) => others(row) / (labels.length - 1)));
}
