import { createScene } from '../../../attack/suite/scene.ts';
import type { Budget } from '../../../attack/types.ts';
import type { Subject } from '../../../audit/types.ts';
import { createRandom } from '../../../base/random.ts';
import { compileEmbedding } from '../../../embedding/embed.ts';
import type { Backbone, Weights } from '../../../embedding/types.ts';
import { ndarray } from '../../../engine/arrays.ts';
import type { Engine, NdArray } from '../../../engine/types.ts';
import { SIZE, smallNet } from '../../attack/support/small-net.ts';

const CLASSES = 6;
const EACH = 5;
const LENGTH = SIZE * SIZE * 3;

/** A class is a picture of its own, an image a noisy version of it, in whole levels of 8 bits. */
export const labels = Array.from({ length: CLASSES * EACH }, (_, row) => row % CLASSES);
const random = createRandom('subject');
const pictures = Array.from({ length: CLASSES }, () => Array.from({ length: LENGTH }, () => random.uniform()));
const pixels = labels.map((label) =>
  (pictures[label] as number[]).map((value) => {
    const noisy = Math.min(1, Math.max(0, value + 0.1 * random.normal()));
    return Math.round(255 * noisy) / 255;
  }),
);

export function imagesOf(rows: readonly number[]): NdArray {
  return ndarray(Float32Array.from(rows.flatMap((row) => pixels[row] as number[])), [rows.length, SIZE, SIZE, 3]);
}

export const budget: Budget = { epsilon: 16 / 255, alpha: 4 / 255, steps: 8 };

export interface SubjectOptions {
  readonly backbone?: Backbone;
  readonly weights?: Weights;
  readonly budget?: Budget;
  readonly sample?: readonly number[];
  readonly count?: number;
}

/** The small network on thirty pictures, ready to be attacked, while it is used. */
export async function withSmallSubject<T>(
  engine: Engine,
  options: SubjectOptions,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const { backbone = smallNet, count = 8, sample = labels.map((_, row) => row) } = options;
  const weights = options.weights ?? smallNet.init(createRandom('small'));
  const embedding = await compileEmbedding(engine, backbone, count, { weights, unit: true });
  const gallery = await embedding.run({}, imagesOf(labels.map((_, row) => row)));
  const scene = await createScene({ engine, metric: 'N', protocol: 'exact', gallery, labels, count });
  try {
    return await use({
      ...{ engine, backbone, weights, scene, embedding, sample, count },
      images: imagesOf,
      preprocessing: { size: SIZE, fit: 'contain', kernel: 'linear' },
      budget: options.budget ?? budget,
      random: createRandom('audit'),
      signal: new AbortController().signal,
    });
  } finally {
    await scene.table.release();
    await embedding.release();
  }
}
