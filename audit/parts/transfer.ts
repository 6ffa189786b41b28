import { type RunningAttack, startAttack } from '../../attack/suite/compiled.ts';
import { createQueries } from '../../attack/suite/scene.ts';
import { takeRows } from '../../engine/arrays.ts';
import { type RecallAttack, type Rivalry, recallAttacks } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { attackOf } from './recall.ts';
import { type Rival, rivalriesWith } from './rivalry.ts';

/**
 * Images made with the gradients of another model version and its embeddings of the same gallery, towards the same rows, within the
 * same budget, judged on this model against the attack with this model's gradients.
 * @param source the other version on the same images in the same order, of the same input size, as many queries at a time.
 */
export async function transfer(
  subject: Subject,
  source: Subject,
  attacks: readonly RecallAttack[] = recallAttacks,
): Promise<Rivalry[]> {
  const rivalries: Rivalry[] = [];
  for (const attack of attacks) {
    const running = startAttack(
      { ...source, budget: subject.budget },
      source.scene,
      attackOf[attack],
      source.random.fork(attack),
    );
    try {
      rivalries.push((await rivalriesWith(subject, attack, { transfer: madeOn(source, running) })).transfer);
    } finally {
      await running.release();
    }
  }
  return rivalries;
}

function madeOn({ scene }: Subject, running: RunningAttack): Rival {
  return async ({ rows, clean, targets, queries: { labels } }) => {
    const queries = await createQueries(scene, takeRows(scene.gallery, rows), labels, rows);
    return (await running.run(clean, queries, targets)).images;
  };
}
