import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Engine } from '../../engine/types.ts';

/** Points and centroids that one run of the program takes, at most. */
const POINTS = 1024;
const CENTROIDS = 1024;
/** Half a squared length that no centroid has: it stands where there is none. */
const ABSENT = 1e30;

/** The nearest centroid of points. */
export interface NearestCentroids {
  /**
   * Sets `clusters` and `least` (half the squared distance, but for the length of the point) of the points `which` to those of the
   * nearest of the centroids `among`, in rising order, where one is nearer than what stands there; ties go to the lower centroid.
   */
  improve(which: Int32Array, among: Int32Array, centroids: Float32Array, state: Assignment): Promise<void>;
  release(): Promise<void>;
}

/** Of each point its cluster and how far its centroid is. */
export interface Assignment {
  readonly clusters: Int32Array;
  readonly least: Float32Array;
}

/** Nothing is assigned yet. */
export function unassigned(count: number): Assignment {
  return {
    clusters: new Int32Array(count).fill(-1),
    least: new Float32Array(count).fill(Number.POSITIVE_INFINITY),
  };
}

/** @param points N x `dimension`. @param k the most centroids that there are. */
export async function compileNearest(
  engine: Engine,
  points: Float32Array,
  dimension: number,
  k: number,
): Promise<NearestCentroids> {
  const count = Math.min(POINTS, points.length / dimension);
  const width = Math.min(CENTROIDS, k);
  const measure = (tensors: { rows: Tensor2D; centroids: Tensor2D; halves: Tensor1D }) => {
    const distances = tensors.halves.sub(tensors.rows.matMul(tensors.centroids, false, true));
    return { nearest: distances.argMin(1), least: distances.min(1) };
  };
  const specs = { rows: [count, dimension], centroids: [width, dimension], halves: [width] };
  const program = await engine.compile(measure, specs, { name: 'nearest-centroids' });
  const rows = new Float32Array(count * dimension);
  return {
    release: () => program.release(),
    async improve(which, among, centroids, { clusters, least }) {
      const tiles = tilesOf(among, centroids, dimension, width);
      for (let from = 0; from < which.length; from += count) {
        const part = which.subarray(from, from + count);
        part.forEach((point, i) => {
          rows.set(points.subarray(point * dimension, (point + 1) * dimension), i * dimension);
        });
        for (const { numbers, ...tile } of tiles) {
          const found = await program.run({ rows: { shape: [count, dimension], data: rows }, ...tile });
          part.forEach((point, i) => {
            const cluster = numbers[found.nearest.data[i] as number] as number;
            const [distance, before] = [found.least.data[i] as number, least[point] as number];
            if (distance > before || (distance === before && cluster > (clusters[point] as number))) return;
            clusters[point] = cluster;
            least[point] = distance;
          });
        }
      }
    },
  };
}

/** Centroids, as many at a time as the program takes, with half their squared lengths. */
function tilesOf(among: Int32Array, centroids: Float32Array, dimension: number, width: number) {
  return Array.from({ length: Math.ceil(among.length / width) }, (_, tile) => {
    const numbers = among.subarray(tile * width, (tile + 1) * width);
    const data = new Float32Array(width * dimension);
    const halves = new Float32Array(width).fill(ABSENT);
    numbers.forEach((number, i) => {
      const own = centroids.subarray(number * dimension, (number + 1) * dimension);
      data.set(own, i * dimension);
      halves[i] = own.reduce((sum, value) => sum + value ** 2, 0) / 2;
    });
    return {
      numbers,
      centroids: { shape: [width, dimension], data },
      halves: { shape: [width], data: halves },
    };
  });
}
