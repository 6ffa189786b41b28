import type { Random } from '../../base/random.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import { type Assignment, compileNearest, type NearestCentroids, unassigned } from './nearest-centroids.ts';

/** As faiss does it by default, whose clusters the released evaluation takes. */
const ITERATIONS = 25;
const POINTS_PER_CENTROID = 256;
/** Share by which the two halves of a split cluster are moved apart. */
const SPLIT = 1 / 1024;

/**
 * The cluster of each row by k-means (specification of the method, section 6): Lloyd's algorithm from random rows, 25
 * iterations, on at most 256 rows per centroid; then all rows go to the nearest centroid. A centroid without rows takes
 * half of the largest cluster.
 * @param rows X x D. @param k at most X clusters.
 */
export async function kMeans(engine: Engine, rows: NdArray, k: number, random: Random): Promise<Int32Array> {
  const [total = 0, dimension = 0] = rows.shape;
  if (k < 1 || k > total) throw new RangeError(`${k} clusters of ${total} rows`);
  const order = random.shuffle(Array.from({ length: total }, (_, row) => row));
  const training = order.slice(0, POINTS_PER_CENTROID * k);
  const centroids = await train(engine, Float32Array.from(takeRows(rows, training).data), dimension, k);
  const nearest = await compileNearest(engine, Float32Array.from(rows.data), dimension, k);
  const state = unassigned(total);
  await nearest.improve(upTo(total), upTo(k), centroids, state).finally(() => nearest.release());
  return state.clusters;
}

/** Centroids of points, from the first `k` of them. */
async function train(engine: Engine, points: Float32Array, dimension: number, k: number): Promise<Float32Array> {
  const nearest = await compileNearest(engine, points, dimension, k);
  try {
    let centroids: Float32Array = points.slice(0, k * dimension);
    let moved = upTo(k);
    let state = unassigned(points.length / dimension);
    for (let iteration = 0; iteration < ITERATIONS; iteration++) {
      const next = await reassigned(nearest, state, moved, centroids, k);
      if (next.clusters.every((cluster, i) => cluster === state.clusters[i])) break;
      state = next;
      const after = meansOf(points, state.clusters, k, dimension);
      moved = upTo(k).filter((c) => differ(centroids, after, c * dimension, (c + 1) * dimension));
      centroids = after;
    }
    return centroids;
  } finally {
    await nearest.release();
  }
}

/**
 * Each point to its nearest centroid. A point whose centroid has not moved can only go to one that has: late iterations,
 * in which few move, cost little.
 */
async function reassigned(
  nearest: NearestCentroids,
  { clusters, least }: Assignment,
  moved: Int32Array,
  centroids: Float32Array,
  k: number,
): Promise<Assignment> {
  const isMoved = new Set(moved);
  const leaves = (point: number): boolean => {
    const cluster = clusters[point] as number;
    return cluster < 0 || isMoved.has(cluster);
  };
  const next = unassigned(clusters.length);
  clusters.forEach((cluster, point) => {
    if (leaves(point)) return;
    next.clusters[point] = cluster;
    next.least[point] = least[point] as number;
  });
  const all = upTo(clusters.length);
  await nearest.improve(all.filter(leaves), upTo(k), centroids, next);
  await nearest.improve(
    all.filter((point) => !leaves(point)),
    moved,
    centroids,
    next,
  );
  return next;
}

function upTo(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}

function differ(a: Float32Array, b: Float32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (a[at] !== b[at]) return true;
  return false;
}

/** The mean of the points of each cluster. */
function meansOf(points: Float32Array, clusters: Int32Array, k: number, dimension: number): Float32Array {
  const sizes = new Float64Array(k);
  const centroids = new Float64Array(k * dimension);
  clusters.forEach((cluster, i) => {
    sizes[cluster] = (sizes[cluster] as number) + 1;
    for (let d = 0; d < dimension; d++) {
      const at = cluster * dimension + d;
      centroids[at] = (centroids[at] as number) + (points[i * dimension + d] as number);
    }
  });
  sizes.forEach((size, cluster) => {
    for (let d = 0; d < dimension && size > 0; d++) {
      const at = cluster * dimension + d;
      centroids[at] = (centroids[at] as number) / size;
    }
  });
  for (let empty = sizes.indexOf(0); empty >= 0; empty = sizes.indexOf(0)) split(centroids, sizes, empty, dimension);
  return Float32Array.from(centroids);
}

/** Gives an empty cluster half of the largest one: the same centroid, a little to one side; the other to the other. */
function split(centroids: Float64Array, sizes: Float64Array, empty: number, dimension: number): void {
  const largest = sizes.indexOf(sizes.reduce((most, size) => Math.max(most, size)));
  for (let d = 0; d < dimension; d++) {
    const value = centroids[largest * dimension + d] as number;
    const sign = d % 2 === 0 ? 1 : -1;
    centroids[empty * dimension + d] = value * (1 + sign * SPLIT);
    centroids[largest * dimension + d] = value * (1 - sign * SPLIT);
  }
  const half = (sizes[largest] as number) / 2;
  sizes[empty] = half;
  sizes[largest] = half;
}
