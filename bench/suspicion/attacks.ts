import { compileBestAttack } from '../../attack/best.ts';
import { es, qaMinus, qaPlus } from '../../attack/objectives/index.ts';
import { awareOf, withDetector } from '../../attack/suspicion/aware.ts';
import type { Calibration } from '../../attack/suspicion/calibration.ts';
import type { Constants, Objective } from '../../attack/types.ts';
import { createRandom } from '../../base/random.ts';
import { toPixels } from '../../embedding/preprocess.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { Engine } from '../../engine/types.ts';
import { nearestTo, type Scene } from '../calibration/scene.ts';

const objectives = { es, 'qa+': qaPlus, 'qa-': qaMinus } as const;
export type Aim = keyof typeof objectives;

/** An attack that is measured. */
export interface Attack {
  readonly aim: Aim;
  /** In 1/255. */
  readonly epsilon: number;
  /** What the detector counts in the objective; 0: the adversary does not know of it. */
  readonly weight: number;
  /** By gradients where it is left out. */
  readonly by?: 'square' | 'nes' | undefined;
  /** Quality of the JPEG that the attacked picture is stored as, and read back from, before it is sent. */
  readonly stored?: number | undefined;
}

const STEPS = 32;
/** Length of a step in 1/255, as `/probes` has it. */
const alphaOf = (epsilon: number): number => Math.max(1, (2.5 * epsilon) / STEPS);
/** Images of a run; four copies of each are embedded beside where the detector is known. */
const BATCH = 64;
const BATCH_AWARE = 16;
/** Rows of the gallery that a query attack compares with. */
const GALLERY = 256;

/** An attacked query, rounded to 8 bits, and what the attack was about. */
export interface Attacked {
  readonly row: number;
  readonly pixels: Uint8Array;
  /** Row of the candidate of a query attack. */
  readonly candidate: number | undefined;
}

/** Attacks queries of the scene by gradients; a last batch that is not full is filled up with the first query. */
export async function runAttack(
  engine: Engine,
  model: ModelVersion,
  scene: Scene,
  { aim, epsilon, weight }: Attack,
  calibration: Calibration,
  rows: readonly number[],
): Promise<Attacked[]> {
  const { backbone, weights } = model;
  const { size, channels, dimension } = backbone;
  const aware = weight > 0;
  const count = aware ? BATCH_AWARE : BATCH;
  const objective: Objective = aware ? awareOf(objectives[aim], calibration, weight, dimension) : objectives[aim];
  const random = createRandom('suspicion').fork(aim);
  const gallery = random.shuffle(Array.from({ length: scene.count }, (_, row) => row)).slice(0, GALLERY);
  const constants: Readonly<Record<string, readonly number[]>> =
    aim === 'es' ? { clean: [count, dimension] } : { candidates: [count, 1, dimension], gallery: [GALLERY, dimension] };
  const program = await compileBestAttack(engine, aware ? withDetector(backbone) : backbone, objective, {
    ...{ count, constants, weights, steps: STEPS, metric: aware ? 'E' : 'N' },
  });
  const embeddings = (list: readonly number[]): Float32Array => {
    const all = new Float32Array(list.length * dimension);
    for (const [i, row] of list.entries()) all.set(scene.embedding(row), i * dimension);
    return all;
  };
  const length = size * size * channels;
  const attacked: Attacked[] = [];
  for (let from = 0; from < rows.length; from += count) {
    const batch = Array.from({ length: count }, (_, i) => rows[from + i] ?? (rows[0] as number));
    const images = new Float32Array(count * length);
    for (const [i, row] of batch.entries()) images.set(toPixels(scene.pixels(row)), i * length);
    const candidates = batch.map((row) => candidateOf(aim, scene, row));
    const given: Constants =
      aim === 'es'
        ? { clean: ndarray(embeddings(batch), [count, dimension]) }
        : {
            candidates: ndarray(embeddings(candidates.map((row) => row ?? 0)), [count, 1, dimension]),
            gallery: ndarray(embeddings(gallery), [GALLERY, dimension]),
          };
    const budget = { epsilon: epsilon / 255, alpha: alphaOf(epsilon) / 255, steps: STEPS };
    const found = await program.run(ndarray(images, [count, size, size, channels]), given, budget, random);
    for (const [i, row] of batch.slice(0, rows.length - from).entries()) {
      const own = found.images.data.slice(i * length, (i + 1) * length);
      const pixels = Uint8Array.from(own, (value) => Math.round(255 * value));
      attacked.push({ row, pixels, candidate: candidates[i] });
    }
  }
  await program.release();
  return attacked;
}

/** QA- takes the first result, QA+ another image, always the same for a query. */
export function candidateOf(aim: Aim, scene: Scene, row: number): number | undefined {
  if (aim === 'es') return undefined;
  if (aim === 'qa-') return nearestTo(scene, row, 1)[0];
  const other = createRandom('candidate')
    .fork(String(row))
    .integer(scene.count - 1);
  return other < row ? other : other + 1;
}
