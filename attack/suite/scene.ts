import type { Engine, NdArray } from '../../engine/types.ts';
import { compileDistances } from '../distance-table.ts';
import { nearest } from '../metrics/order.ts';
import type { Metric } from '../types.ts';
import type { Protocol, Queries, Scene } from './types.ts';

export interface SceneSetting {
  readonly engine: Engine;
  readonly metric: Metric;
  readonly protocol: Protocol;
  /** X x D, normalised where the metric asks for it. */
  readonly gallery: NdArray;
  readonly labels: ArrayLike<number>;
  /** Queries at a time. */
  readonly count: number;
}

/** Makes a gallery ready to be searched. Release its table when done. */
export async function createScene({ engine, count, labels, ...setting }: SceneSetting): Promise<Scene> {
  const [rows = 0] = setting.gallery.shape;
  return {
    ...setting,
    labels: Int32Array.from(labels),
    topmost: Math.max(1, Math.floor(0.01 * rows)),
    table: await compileDistances(engine, setting.gallery, setting.metric, count),
  };
}

/** The rows of a table of distances, each as a view. */
export function rowsOf(table: Float32Array, columns: number): Float32Array[] {
  return Array.from({ length: table.length / columns }, (_, i) => table.subarray(i * columns, (i + 1) * columns));
}

/** Distances of embeddings to the gallery of a scene. */
export async function search(scene: Scene, embeddings: NdArray): Promise<Float32Array[]> {
  return rowsOf(await scene.table.to(embeddings), scene.table.columns);
}

/**
 * A batch of queries as the attacks see it.
 * @param rows the gallery row that each query is, -1 for none; `robrank` takes what is nearest instead.
 */
export async function createQueries(
  scene: Scene,
  embeddings: NdArray,
  labels: ArrayLike<number>,
  rows: readonly number[],
): Promise<Queries> {
  const distances = await search(scene, embeddings);
  const self = scene.protocol === 'exact' ? rows : distances.map((each) => nearest(each));
  return { embeddings, distances, labels: Int32Array.from(labels), self: Int32Array.from(self) };
}
