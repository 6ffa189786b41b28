import { classSizes, NONE, nearest } from '../metrics/index.ts';
import type { Queries, Scene } from './types.ts';

/**
 * For each query 1 where the nearest gallery row, a row left out, has the query's label, else 0; NaN where no other row has
 * the label.
 */
export function hits(
  scene: Scene,
  { labels }: Queries,
  distances: readonly Float32Array[],
  excluded: ArrayLike<number>,
): number[] {
  const sizes = classSizes(scene.labels);
  return distances.map((each, i) => {
    const own = excluded[i] ?? NONE;
    const matches = (sizes.get(labels[i] as number) ?? 0) - (scene.labels[own] === labels[i] ? 1 : 0);
    return matches < 1 ? Number.NaN : Number(scene.labels[nearest(each, own)] === labels[i]);
  });
}
