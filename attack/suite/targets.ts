import type { Random } from '../../base/random.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { nearestFew } from '../metrics/order.ts';
import type { Queries, Scene, Targets } from './types.ts';

/** One gallery row for each query, uniformly; it may be the query itself. */
export function anyRow(scene: Scene, queries: Queries, random: Random): Targets {
  return queries.distances.map(() => [random.integer(scene.labels.length)]);
}

/** The gallery rows on top of each query's list, the query itself left out. */
export function topRows(scene: Scene, queries: Queries): Targets {
  return queries.distances.map((distances, i) => nearestFew(distances, scene.topmost, queries.self[i]));
}

/** One row of the top of each query's list, uniformly. */
export function topRow(scene: Scene, queries: Queries, random: Random): Targets {
  return topRows(scene, queries).map((rows) => [random.pick(rows)]);
}

/** Embeddings of equally many targets a query: N x M x D. */
export function targetRows(scene: Scene, targets: Targets): NdArray {
  const [, dimension = 0] = scene.gallery.shape;
  const { data } = takeRows(scene.gallery, targets.flat());
  return { shape: [targets.length, targets[0]?.length ?? 0, dimension], data };
}

/** Embeddings of one target a query: N x D. */
export function firstTargets(scene: Scene, targets: Targets): NdArray {
  return takeRows(
    scene.gallery,
    targets.map(([first]) => first as number),
  );
}
