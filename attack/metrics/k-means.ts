import type { Random } from '../../base/random.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';

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
export function kMeans(rows: NdArray, k: number, random: Random): Int32Array {
  const [total = 0, dimension = 0] = rows.shape;
  if (k < 1 || k > total) throw new RangeError(`${k} clusters of ${total} rows`);
  const order = random.shuffle(Array.from({ length: total }, (_, row) => row));
  const training = order.slice(0, POINTS_PER_CENTROID * k);
  const points = Float64Array.from(takeRows(rows, training).data);
  const centroids = points.slice(0, k * dimension);
  let before: Int32Array | undefined;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const clusters = assign(points, centroids, dimension);
    if (before?.every((cluster, i) => cluster === clusters[i])) break;
    update(points, clusters, centroids, dimension);
    before = clusters;
  }
  return assign(Float64Array.from(rows.data), centroids, dimension);
}

/** The nearest centroid of each point. Four centroids at a time share the reading of a point. */
function assign(points: Float64Array, centroids: Float64Array, dimension: number): Int32Array {
  const k = centroids.length / dimension;
  const padded = new Float64Array(Math.ceil(k / 4) * 4 * dimension);
  padded.set(centroids);
  const halves = Float64Array.from({ length: padded.length / dimension }, (_, c) =>
    c < k ? dot(padded, c * dimension, padded, c * dimension, dimension) / 2 : Number.POSITIVE_INFINITY,
  );
  const result = new Int32Array(points.length / dimension);
  for (let i = 0; i < result.length; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < halves.length; c += 4) {
      const at = c * dimension;
      let [p0, p1, p2, p3] = [0, 0, 0, 0];
      for (let d = 0; d < dimension; d++) {
        const x = points[i * dimension + d] as number;
        p0 += x * (padded[at + d] as number);
        p1 += x * (padded[at + dimension + d] as number);
        p2 += x * (padded[at + 2 * dimension + d] as number);
        p3 += x * (padded[at + 3 * dimension + d] as number);
      }
      // Half the squared distance, but for the length of the point.
      const found = [p0, p1, p2, p3];
      for (let j = 0; j < 4; j++) {
        const distance = (halves[c + j] as number) - (found[j] as number);
        if (distance < least) {
          least = distance;
          result[i] = c + j;
        }
      }
    }
  }
  return result;
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, dimension: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) sum += (a[i + d] as number) * (b[j + d] as number);
  return sum;
}

/** Moves each centroid to the mean of its points. */
function update(points: Float64Array, clusters: Int32Array, centroids: Float64Array, dimension: number): void {
  const sizes = new Float64Array(centroids.length / dimension);
  centroids.fill(0);
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
}

/** Gives an empty cluster half of the largest one: the same centroid, a little to one side; the other to the other. */
function split(centroids: Float64Array, sizes: Float64Array, empty: number, dimension: number): void {
  const largest = sizes.indexOf(Math.max(...sizes));
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
