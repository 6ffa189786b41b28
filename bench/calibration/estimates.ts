import { compileMarginGradient } from '../../attack/margin-gradient.ts';
import { marginEpsilon } from '../../attack/robustness.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { Engine } from '../../engine/types.ts';
import { gradientEpsilon } from '../../server/robustness.ts';
import { nearestTo, type Scene } from './scene.ts';
import { PLACES } from './truth.ts';

/** What `/search` says of the results of a query that is not in the gallery, in 1/255. */
export interface Estimates {
  readonly margin: readonly number[];
  readonly gradient: readonly number[];
}

export interface Estimator {
  run(query: number): Promise<Estimates>;
  release(): Promise<void>;
}

export async function createEstimator(engine: Engine, model: ModelVersion, scene: Scene): Promise<Estimator> {
  const { backbone, weights, manifest } = model;
  const { size, channels, dimension } = backbone;
  const program = await compileMarginGradient(engine, backbone, weights, PLACES);
  return {
    release: () => program.release(),
    async run(query) {
      const vectors = nearestTo(scene, query, PLACES + 1).map((row) => scene.embedding(row));
      const results = vectors.slice(0, PLACES);
      const outsider = vectors[PLACES] as Float32Array;
      const pixels = Array.from(scene.pixels(query), (value) => value / 255);
      const images = Float32Array.from(results.flatMap(() => pixels));
      const rows = Float32Array.from(results.flatMap((vector) => [...vector]));
      const { margins, slopes } = await program.run(
        ndarray(images, [PLACES, size, size, channels]),
        ndarray(rows, [PLACES, dimension]),
        ndarray(outsider, [dimension]),
      );
      const own = scene.embedding(query);
      const { shiftPerLevel } = manifest.calibration;
      return {
        margin: results.map((vector) => marginEpsilon(own, vector, outsider, shiftPerLevel) ?? 255),
        gradient: results.map((_, i) =>
          gradientEpsilon({ margin: margins.data[i] as number, l1: slopes.data[i] as number }),
        ),
      };
    },
  };
}
