import { toLevels } from '../../attack/pictures.ts';
import { runAttack } from '../../attack/runner.ts';
import { toPixels } from '../../embedding/preprocess.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { Services } from '../lifecycle.ts';
import { objectives } from '../model/objectives.ts';
import type { CallOptions } from '../model/types.ts';
import type { Candidate, ProbeAttack, Scene } from './attacks/index.ts';

/** How hard a picture is attacked. */
export interface Effort {
  /** Whole levels of 1/255. */
  readonly epsilon: number;
  readonly steps: number;
}

export interface AttackedPicture {
  /** In whole levels, size x size x channels bytes. */
  readonly pixels: Uint8Array;
  readonly vector: Float32Array;
  readonly steps: number;
  /** Forward passes through the model. */
  readonly queries: number;
}

/**
 * Attacks a picture step by step, so that searches pass in between and who has hung up is noticed.
 * @throws the signal's reason after the step at hand; HoldfastError OVERLOADED
 */
export async function attackPicture(
  attack: ProbeAttack,
  pixels: Uint8Array,
  scene: Scene,
  candidate: Candidate | undefined,
  { epsilon, steps }: Effort,
  { model, manifest }: Services,
  options: CallOptions,
): Promise<AttackedPicture> {
  const { size, channels = 3 } = manifest.preprocessing;
  const result = await runAttack(
    (inputs) => model.attackStep(attack.name, inputs, options),
    objectives[attack.name],
    ndarray(toPixels(pixels), [1, size, size, channels]),
    attack.constants(scene, candidate),
    { epsilon: epsilon / 255, alpha: stepLength(epsilon, steps) / 255, steps },
    options.signal === undefined ? {} : { signal: options.signal },
  );
  const attacked = toLevels(result.images.data, pixels, epsilon);
  const [vector = new Float32Array()] = await model.embed([attacked], options);
  return { pixels: attacked, vector, steps: result.steps, queries: result.queries };
}

/** In levels: far enough to cross the ball two and a half times (Madry et al., 2018), and no less than one. */
function stepLength(epsilon: number, steps: number): number {
  return Math.max(1, (2.5 * epsilon) / steps);
}
