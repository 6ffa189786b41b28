import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { compileDisplacement } from '../../attack/displacement.ts';
import { createRandom } from '../../base/random.ts';
import type { ModelVersion } from '../../embedding/types.ts';
import { ndarray } from '../../engine/arrays.ts';
import type { Engine } from '../../engine/types.ts';
import { nearestTo, type Scene } from './scene.ts';

export const PLACES = 10;
const RESTARTS = 3;
const STEPS = 50;
/** Where the search for the true epsilon begins, in 1/255. */
const GUESS = 4;

const truthSchema = z.strictObject({
  query: z.int(),
  /** In the order of the list; 255 where no change of the pixels was found. */
  epsilons: z.array(z.number()),
});
export type Truth = z.infer<typeof truthSchema>;

/** The finished queries of a file, one a line; a line cut short by a stop is taken again. */
export function readTruths(path: string): Truth[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => truthSchema.parse(JSON.parse(line)));
}

export type Part = 'tune' | 'report';

/** Queries of every fourth class are for tuning, those of the others are reported: the two share no class. */
export function chooseQueries(
  { labels, count }: Pick<Scene, 'labels' | 'count'>,
  part: Part,
  wanted: number,
): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  const mine = rows.filter((row) => ((labels[row] as number) % 4 === 0) === (part === 'tune'));
  return createRandom('calibration').fork(part).shuffle(mine).slice(0, wanted);
}

/** Attacks the queries that the file lacks, and appends each when it is finished. */
export async function findTruths(
  engine: Engine,
  { backbone, weights }: ModelVersion,
  scene: Scene,
  queries: readonly number[],
  path: string,
  onProgress: (done: number) => void,
): Promise<Truth[]> {
  const known = new Map(readTruths(path).map((truth) => [truth.query, truth]));
  mkdirSync(dirname(path), { recursive: true });
  const attack = await compileDisplacement(engine, backbone, {
    results: PLACES,
    restarts: RESTARTS,
    steps: STEPS,
    places: PLACES,
    gallery: ndarray(scene.embeddings, [scene.count, backbone.dimension]),
    weights,
  });
  const truths: Truth[] = [];
  for (const query of queries) {
    const pixels = Float32Array.from(scene.pixels(query), (value) => value / 255);
    const results = nearestTo(scene, query, PLACES);
    let truth = known.get(query);
    if (truth === undefined) {
      const random = createRandom('displacement').fork(`${query}`);
      const found = await attack.run(pixels, results, query, Array(PLACES).fill(GUESS), random);
      truth = { query, epsilons: [...found.epsilons] };
      appendFileSync(path, `${JSON.stringify(truth)}\n`);
    }
    truths.push(truth);
    onProgress(truths.length);
  }
  await attack.release();
  return truths;
}
