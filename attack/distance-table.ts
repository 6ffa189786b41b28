import type { Tensor2D } from '@tensorflow/tfjs';
import type { Engine, NdArray } from '../engine/types.ts';
import { distanceMatrix } from './distances.ts';
import type { Metric } from './types.ts';

/** All distances to a gallery that is built into a program. */
export interface DistanceTable {
  /** Rows of the gallery. */
  readonly columns: number;
  /** Any number of rows (count x D, normalised where the metric asks for it) to count x columns, row-major. */
  to(rows: NdArray): Promise<Float32Array>;
  release(): Promise<void>;
}

/** @param gallery X x D, normalised where the metric asks for it. @param count rows at a time. */
export async function compileDistances(
  engine: Engine,
  gallery: NdArray,
  metric: Metric,
  count: number,
): Promise<DistanceTable> {
  const [columns = 0, dimension = 0] = gallery.shape;
  const measure = (tensors: { rows: Tensor2D; gallery: Tensor2D }) => ({
    distances: distanceMatrix(tensors.rows, tensors.gallery, metric),
  });
  const program = await engine.compile(measure, { rows: [count, dimension], gallery }, { name: 'distances' });
  return {
    columns,
    release: () => program.release(),
    async to({ data, shape: [total = 0] }) {
      const result = new Float32Array(total * columns);
      const chunk = new Float32Array(count * dimension);
      for (let from = 0; from < total; from += count) {
        const to = Math.min(from + count, total);
        chunk.set(data.subarray(from * dimension, to * dimension));
        const { distances } = await program.run({ rows: { shape: [count, dimension], data: chunk } });
        result.set(distances.data.subarray(0, (to - from) * columns), from * columns);
      }
      return result;
    },
  };
}
