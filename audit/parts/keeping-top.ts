import { attackBatches } from '../../attack/suite/attack-batches.ts';
import { spqaMinus, spqaPlus } from '../../attack/suite/index.ts';
import { sharpness } from '../../attack/suite/spqa.ts';
import type { Scores } from '../../attack/suite/types.ts';
import type { KeepingTop } from '../evidence.ts';
import type { Subject } from '../types.ts';

/** Of the five data sets for which the released code has one, the middle. */
const STEEPNESS = sharpness.cub;

const attacks = [
  { id: 'SPQA+', attack: spqaPlus(STEEPNESS) },
  { id: 'SPQA-', attack: spqaMinus(STEEPNESS) },
] as const;

/** Query attacks on the sample that leave the top of the list where it is (SPQA, `attack/suite/spqa.ts`). */
export async function keepingTop(subject: Subject): Promise<KeepingTop[]> {
  const { scene, sample } = subject;
  const found: KeepingTop[] = [];
  for (const { id, attack } of attacks) {
    const places = {
      before: [] as number[],
      after: [] as number[],
      keptBefore: [] as number[],
      keptAfter: [] as number[],
    };
    const given = (scores: Scores, name: typeof id | `${typeof id}:preserved`, size: number): readonly number[] =>
      scores[name]?.slice(0, size) ?? [];
    await attackBatches(subject, scene, attack, { ...subject, queries: sample }, async (batch) => {
      const { queries, targets, attacked, size } = batch;
      const clean = await attack.score(scene, queries, targets, queries);
      const moved = await attack.score(scene, queries, targets, attacked);
      places.before.push(...given(clean, id, size));
      places.after.push(...given(moved, id, size));
      places.keptBefore.push(...given(clean, `${id}:preserved`, size));
      places.keptAfter.push(...given(moved, `${id}:preserved`, size));
    });
    found.push({ attack: id, ...places });
  }
  return found;
}
