import { retrieval } from '../attack/metrics/index.ts';
import { compileEmbedding } from '../embedding/embed.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import { concatRows } from '../engine/arrays.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { chunkOf } from './chunk.ts';
import type { Loader } from './loading/index.ts';
import type { LabelledImages, Split } from './types.ts';

/** Images of a validation at most. */
export const MOST_VALIDATED = 1000;

/** Rows of a set on which a training is watched. */
export interface ValidationRows {
  readonly images: LabelledImages;
  readonly rows: readonly number[];
  /** What is looked at, for the operator. */
  readonly says: string;
}

/**
 * What a training is watched on: classes that are held out of training where the run is judged on those; else a part of the training
 * classes, since the test classes are for the end alone. Classes are taken evenly from the list, each with all its images; of
 * sets with few classes of very many images, images.
 */
export function validationRows(split: Split, train: LabelledImages, judged: LabelledImages): ValidationRows {
  const images = split === 'validation' ? judged : train;
  const count = images.labels.length;
  const every = Math.ceil(count / MOST_VALIDATED);
  const all = Array.from({ length: count }, (_, row) => row);
  const wide = images.classes.length >= 10 * every;
  const some = wide ? all.filter((row) => (images.labels[row] as number) % every === 0) : all;
  const step = Math.max(1, some.length / MOST_VALIDATED);
  const rows = Array.from(
    { length: Math.min(some.length, MOST_VALIDATED) },
    (_, i) => some[Math.floor(i * step)] as number,
  );
  const classes = new Set(rows.map((row) => images.labels[row])).size;
  const kind = split === 'validation' ? 'held-out classes' : 'training classes, which it learns from';
  return { images, rows, says: `${rows.length} images of ${classes} ${kind}` };
}

/** Retrieval among rows of a set, each a query in the gallery of the others. */
export async function validate(
  engine: Engine,
  backbone: Backbone,
  weights: Weights,
  { images, rows }: ValidationRows,
  loader: Pick<Loader, 'batch'>,
) {
  const chunk = chunkOf(backbone);
  const embedding = await compileEmbedding(engine, backbone, chunk);
  const parts: NdArray[] = [];
  try {
    for (let from = 0; from < rows.length; from += chunk) {
      parts.push(await embedding.run(weights, await loader.batch(rows.slice(from, from + chunk))));
    }
  } finally {
    await embedding.release();
  }
  const raw = concatRows(parts);
  const labels = Int32Array.from(rows, (row) => images.labels[row] as number);
  const { recallAt1, recallAt2, meanAveragePrecision } = retrieval(raw, raw, labels, [...labels.keys()]);
  return { recallAt1, recallAt2, meanAveragePrecision };
}
