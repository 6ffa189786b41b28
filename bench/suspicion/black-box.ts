import { type BlackBoxAttack, nes, type Score, square } from '../../attack/black-box/index.ts';
import { toLevels } from '../../attack/pictures.ts';
import { createRandom } from '../../base/random.ts';
import { toPixels } from '../../embedding/preprocess.ts';
import type { Backbone } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Scene } from '../calibration/scene.ts';
import { type Attack, type Attacked, candidateOf } from './attacks.ts';
import type { Meter } from './measure.ts';

const blackBoxes: Readonly<Record<NonNullable<Attack['by']>, BlackBoxAttack>> = { square, nes };

/** What an adversary is told of each query; the first of the queries are attacked, for each score is a pass of the network. */
export const SCORES = 1_000;
export const FEW = 64;

/**
 * Attacks queries of the scene without gradients. The adversary sends whole 8-bit pictures and is told a distance for each: that of
 * the embedding from where it was (ES) or from the candidate's (QA+, QA-).
 */
export async function runBlackBox(
  meter: Pick<Meter, 'embed'>,
  { size, channels }: Pick<Backbone, 'size' | 'channels'>,
  scene: Scene,
  { aim, epsilon, by }: Attack & Required<Pick<Attack, 'by'>>,
  rows: readonly number[],
): Promise<Attacked[]> {
  const length = size * size * channels;
  const clean = rows.map((row) => scene.pixels(row));
  const candidates = rows.map((row) => candidateOf(aim, scene, row));
  const levelsOf = (data: NdArray['data']): Uint8Array[] =>
    clean.map((picture, i) => toLevels(data.subarray(i * length, (i + 1) * length), picture, epsilon));
  const sign = aim === 'qa+' ? 1 : -1;
  const score: Score = async ({ data }) => {
    const embeddings = await meter.embed(levelsOf(data));
    return embeddings.map((embedding, i) => {
      const other = scene.embedding(candidates[i] ?? (rows[i] as number));
      return sign * Math.hypot(...embedding.map((value, at) => value - (other[at] as number)));
    });
  };
  const images = new Float32Array(rows.length * length);
  for (const [i, picture] of clean.entries()) images.set(toPixels(picture), i * length);
  const { images: found } = await blackBoxes[by].run(
    score,
    ndarray(images, [rows.length, size, size, channels]),
    { epsilon: epsilon / 255, queries: SCORES },
    createRandom('suspicion').fork(`${by} ${aim}`),
  );
  return levelsOf(found.data).map((pixels, i) => ({ row: rows[i] as number, pixels, candidate: candidates[i] }));
}
