import { type CompiledEmbedding, compileEmbedding } from '../../embedding/embed.ts';
import type { Backbone, Weights } from '../../embedding/types.ts';
import { concatRows } from '../../engine/arrays.ts';
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
    engine,
    labels: Int32Array.from(labels),
    topmost: Math.max(1, Math.floor(0.01 * rows)),
    table: await compileDistances(engine, setting.gallery, setting.metric, count),
  };
}

export interface GallerySetting extends Omit<SceneSetting, 'gallery'> {
  readonly backbone: Backbone;
  readonly weights: Weights;
  /** The images of rows of the set: count x size x size x channels, pixels in [0,1]. */
  readonly images: (rows: readonly number[]) => NdArray | Promise<NdArray>;
  /** Looked at before each chunk of images. */
  readonly signal?: AbortSignal;
}

/**
 * Embeds all images of a set, makes of them a gallery and uses it; its programs are released in the end, whatever happens.
 * @throws the signal's reason when it is aborted, and what `images` and `use` throw.
 */
export async function withGallery<T>(
  { backbone, weights, images, signal, ...setting }: GallerySetting,
  use: (scene: Scene, embedding: CompiledEmbedding) => Promise<T>,
): Promise<T> {
  const { engine, labels, count, metric } = setting;
  const embedding = await compileEmbedding(engine, backbone, count, { weights, unit: metric !== 'E' });
  try {
    const parts: NdArray[] = [];
    for (let from = 0; from < labels.length; from += count) {
      signal?.throwIfAborted();
      const rows = Array.from({ length: Math.min(count, labels.length - from) }, (_, i) => from + i);
      parts.push(await embedding.run({}, await images(rows)));
    }
    const scene = await createScene({ ...setting, gallery: concatRows(parts) });
    return await use(scene, embedding).finally(() => scene.table.release());
  } finally {
    await embedding.release();
  }
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
