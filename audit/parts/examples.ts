import { nearestFew } from '../../attack/metrics/index.ts';
import { amplificationFor, perturbationOf, toDataUrl, toLevels } from '../../attack/pictures.ts';
import { startAttack } from '../../attack/suite/compiled.ts';
import { createQueries } from '../../attack/suite/scene.ts';
import type { PerQuery } from '../../attack/suite/types.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import type { RecallAttack } from '../evidence.ts';
import type { Example, Ranked, Subject } from '../types.ts';
import { attackOf } from './recall.ts';

/** Queries that are shown at either end. */
const SHOWN = 4;
/** Results that are shown of a ranking. */
const LISTED = 5;
/** Its objective is the distance from where the query was: it needs no target and tells queries apart when recall does not. */
const SHOWN_ATTACK: RecallAttack = 'ES';

/** Places in `perQuery`, least robust first: by the attacks that a query that finds its class withstands, then by how far it can be moved. */
export function byRobustness(perQuery: PerQuery): number[] {
  const withstood = (place: number): number =>
    (['ES:R', 'LTM', 'GTM', 'GTT'] as const).reduce((sum, measure) => sum + (perQuery[measure][place] || 0), 0);
  const found = [...perQuery['R@1'].keys()].filter((place) => perQuery['R@1'][place] === 1);
  return found.sort(
    (a, b) => withstood(a) - withstood(b) || (perQuery['ES:D'][b] as number) - (perQuery['ES:D'][a] as number) || a - b,
  );
}

/** The least and the most robust of the queries that find their class without an attack, before and after one. */
export async function examples(
  subject: Subject,
  classes: readonly string[],
  queries: readonly number[],
  perQuery: PerQuery,
): Promise<{ leastRobust: Example[]; mostRobust: Example[] }> {
  const order = byRobustness(perQuery).map((place) => queries[place] as number);
  const leastRobust = order.slice(0, SHOWN);
  const mostRobust = order.slice(leastRobust.length).slice(-SHOWN).reverse();
  const shown = await attacked(subject, classes, [...leastRobust, ...mostRobust]);
  return { leastRobust: shown.slice(0, leastRobust.length), mostRobust: shown.slice(leastRobust.length) };
}

async function attacked(subject: Subject, classes: readonly string[], rows: readonly number[]): Promise<Example[]> {
  if (rows.length === 0) return [];
  const { scene, budget, random, images } = subject;
  const attack = attackOf[SHOWN_ATTACK];
  const labels = rows.map((row) => scene.labels[row] as number);
  const queries = await createQueries(scene, takeRows(scene.gallery, rows), labels, rows);
  const running = startAttack(subject, scene, attack, random);
  try {
    const clean = await images(rows);
    const targets = attack.choose(scene, queries, random);
    const after = await running.run(clean, queries, targets);
    const levels = Math.round(255 * budget.epsilon);
    const shown: Example[] = [];
    for (const [i, row] of rows.entries()) {
      const before = levelsOf(clean, i);
      const changed = toLevels(pixelsOf(after.images, i), before, levels);
      const change = perturbationOf(changed, before, amplificationFor(levels));
      const [, size = 0] = clean.shape;
      const [cleanUrl, attackedUrl, changeUrl] = await Promise.all(
        [before, changed, change].map((pixels) => toDataUrl(pixels, size)),
      );
      shown.push({
        row,
        label: classes[labels[i] as number] ?? '',
        attack: attack.id,
        clean: cleanUrl as string,
        attacked: attackedUrl as string,
        change: changeUrl as string,
        before: await ranking(subject, classes, row, queries.distances[i] as Float32Array),
        after: await ranking(subject, classes, row, after.distances[i] as Float32Array),
      });
    }
    return shown;
  } finally {
    await running.release();
  }
}

async function ranking(
  { scene: { labels }, images }: Subject,
  classes: readonly string[],
  query: number,
  distances: Float32Array,
): Promise<Ranked[]> {
  const rows = nearestFew(distances, LISTED, query);
  const pictures = await images(rows);
  const [, size = 0] = pictures.shape;
  return Promise.all(
    rows.map(async (row, i) => ({
      row,
      label: classes[labels[row] as number] ?? '',
      distance: distances[row] as number,
      picture: await toDataUrl(levelsOf(pictures, i), size),
      match: labels[row] === labels[query],
    })),
  );
}

function pixelsOf({ data, shape: [count = 0] }: NdArray, row: number): ArrayLike<number> {
  const size = data.length / count;
  return data.subarray(row * size, (row + 1) * size);
}

function levelsOf(images: NdArray, row: number): Uint8Array {
  return Uint8Array.from(pixelsOf(images, row), (value) => Math.round(255 * value));
}
