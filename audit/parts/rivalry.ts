import type { Score } from '../../attack/black-box/index.ts';
import type { AttackedBatch } from '../../attack/suite/attack-batches.ts';
import { distanceScore } from '../../attack/suite/score-of.ts';
import type { NdArray } from '../../engine/types.ts';
import type { RecallAttack, Rivalry } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { attackSample, hitsWith } from './attack-sample.ts';
import { attackOf } from './recall.ts';

/** Makes images that rival those of the attack with gradients. `score` is what both minimise, an image at a time. */
export type Rival = (batch: AttackedBatch, score: Score) => Promise<NdArray>;

/** The attack as scored against rivals, on the same queries towards the same aims; a rivalry for each of them. */
export async function rivalriesWith<K extends string>(
  subject: Subject,
  attack: RecallAttack,
  rivals: Readonly<Record<K, Rival>>,
): Promise<Readonly<Record<K, Rivalry>>> {
  // The keys of rivals are those of the result; TypeScript widens them to any text.
  const names = Object.keys(rivals) as K[];
  const empty = (): Measured => ({ values: [], hits: [] });
  const white = empty();
  const measured = new Map(names.map((name) => [name, empty()]));
  await attackSample(subject, attack, async (batch) => {
    const asked = { ...subject, attack: attackOf[attack], queries: batch.queries, targets: batch.targets };
    const { score, release } = await distanceScore(asked);
    const measure = async (images: NdArray, { values, hits }: Measured): Promise<void> => {
      values.push(...Array.from(await score(images)).slice(0, batch.size));
      hits.push(...(await hitsWith(subject, batch, images)));
    };
    try {
      await measure(batch.attacked.images, white);
      for (const [name, into] of measured) await measure(await rivals[name](batch, score), into);
    } finally {
      await release();
    }
  });
  const against = ({ values, hits }: Measured): Rivalry => ({
    attack,
    white: white.values,
    rival: values,
    whiteHits: white.hits,
    rivalHits: hits,
  });
  return Object.fromEntries([...measured].map(([name, each]) => [name, against(each)])) as Record<K, Rivalry>;
}

interface Measured {
  readonly values: number[];
  readonly hits: number[];
}
