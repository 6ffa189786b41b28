import { CHALLENGERS_BEHIND, challenges } from '../../attack/challengers.ts';
import { compilePush, type Push } from '../../attack/push.ts';
import { gradientEpsilon, marginEpsilon } from '../../attack/robustness.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import type { Engine } from '../../engine/types.ts';
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
  const program = await compilePush(engine, backbone, weights, PLACES);
  return {
    release: () => program.release(),
    async run(row) {
      const query = scene.embedding(row);
      const neighbours = nearestTo(scene, row, PLACES + CHALLENGERS_BEHIND).map((other) => scene.embedding(other));
      const found = challenges({ query, neighbours, places: PLACES }).flatMap((one) => one ?? []);
      const pushes = await program.run(
        Float32Array.from(scene.pixels(row), (level) => level / 255),
        found.map(({ direction }) => direction),
      );
      const { shiftPerLevel } = manifest.calibration;
      return {
        margin: found.map((one) => marginEpsilon(one, shiftPerLevel) ?? 255),
        gradient: found.map((one, i) => gradientEpsilon(query, one, pushes[i] as Push)),
      };
    },
  };
}
