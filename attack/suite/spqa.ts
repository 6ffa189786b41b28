import type { Random } from '../../base/random.ts';
import { scalar } from '../../engine/arrays.ts';
import { nearestFew } from '../metrics/index.ts';
import { spqaMinus as minus, spqaPlus as plus } from '../objectives/index.ts';
import { positions } from './qa.ts';
import { anyRow, targetRows } from './targets.ts';
import type { Attacked, Queries, RetrievalAttack, Scene, Targets } from './types.ts';

/** How many images ought to stay on top. */
const PRESERVED = 5;

/** How steeply the released code lets the weight of what is preserved rise, by data set. */
export const sharpness = { mnist: 2e4, fashion: 4e4, cub: 4e4, cars: 7e4, sop: 7e4 } as const;

const candidates = (targets: Targets): Targets => targets.map((rows) => rows.slice(0, 1));
const preserved = (targets: Targets): Targets => targets.map((rows) => rows.slice(1));

const common = (steepness: number) => ({
  shared: ({ gallery }: Scene) => ({ gallery, sharpness: scalar(steepness) }),
  constants: (scene: Scene, _queries: Queries, targets: Targets) => ({
    candidates: targetRows(scene, candidates(targets)),
    preserved: targetRows(scene, preserved(targets)),
  }),
});

const ranks = (scene: Scene, queries: Queries, targets: Targets, attacked: Attacked) =>
  [candidates, preserved].map((part) => positions(scene, queries, part(targets), attacked)) as [number[], number[]];

/**
 * SPQA+: QA+ that keeps the five nearest images on top, so that nobody sees a difference (specification of the method,
 * section 5). It is not part of the scores. Targets: the candidate, then what is preserved.
 * @param steepness see `sharpness`; with 0 what is preserved weighs as much as the candidate.
 */
export const spqaPlus = (steepness = 0): RetrievalAttack => ({
  ...common(steepness),
  id: 'SPQA+',
  objective: plus,
  choose: (scene: Scene, queries: Queries, random: Random) =>
    anyRow(scene, queries, random).map(([candidate], i) => [
      candidate as number,
      ...nearestFew(queries.distances[i] as Float32Array, PRESERVED, queries.self[i]),
    ]),
  score(...given) {
    const [raised, kept] = ranks(...given);
    return { 'SPQA+': raised, 'SPQA+:preserved': kept };
  },
});

/** SPQA-: QA- that keeps the rest of the top of the list there, up to five images. Parameter as for SPQA+. */
export const spqaMinus = (steepness = 0): RetrievalAttack => ({
  ...common(steepness),
  id: 'SPQA-',
  objective: minus,
  choose: ({ topmost }: Scene, { distances, self }: Queries, random: Random) =>
    distances.map((list, i) => {
      // A top of one would leave nothing to preserve.
      const top = nearestFew(list, Math.max(2, topmost), self[i]);
      const candidate = random.pick(top);
      return [candidate, ...top.filter((row) => row !== candidate).slice(0, PRESERVED)];
    }),
  score(...given) {
    const [sunk, kept] = ranks(...given);
    return { 'SPQA-': sunk, 'SPQA-:preserved': kept };
  },
});
