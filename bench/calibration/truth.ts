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

/** The truths of the queries that the file has. */
export function knownTruths(queries: readonly number[], path: string): Truth[] {
  const known = new Map(readTruths(path).map((truth) => [truth.query, truth]));
  return queries.flatMap((query) => known.get(query) ?? []);
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
  const missing = queries.filter((query) => !known.has(query));
  const found = new Map(missing.map((query) => [query, Array<number>(PLACES).fill(Number.NaN)]));
  const tasks = missing.flatMap((query) => {
    const pixels = Float32Array.from(scene.pixels(query), (value) => value / 255);
    return nearestTo(scene, query, PLACES).map((result, place) => {
      const random = createRandom('displacement').fork(`${query}/${place}`);
      return { query: pixels, result, self: query, guess: GUESS, random };
    });
  });
  let done = queries.length - missing.length;
  onProgress(done);
  if (missing.length === 0) return queries.flatMap((query) => known.get(query) ?? []);
  const attack = await compileDisplacement(engine, backbone, {
    results: PLACES,
    restarts: RESTARTS,
    steps: STEPS,
    places: PLACES,
    gallery: ndarray(scene.embeddings, [scene.count, backbone.dimension]),
    weights,
  });
  await attack.run(tasks, (task, epsilon) => {
    const query = missing[Math.floor(task / PLACES)] as number;
    const epsilons = found.get(query) as number[];
    epsilons[task % PLACES] = epsilon;
    if (epsilons.some(Number.isNaN)) return;
    const truth = { query, epsilons };
    known.set(query, truth);
    appendFileSync(path, `${JSON.stringify(truth)}\n`);
    onProgress(++done);
  });
  await attack.release();
  return queries.flatMap((query) => known.get(query) ?? []);
}
