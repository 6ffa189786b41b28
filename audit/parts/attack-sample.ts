import { type AttackedBatch, attackBatches } from '../../attack/suite/attack-batches.ts';
import { hits } from '../../attack/suite/recall.ts';
import { search } from '../../attack/suite/scene.ts';
import type { NdArray } from '../../engine/types.ts';
import type { Hits, RecallAttack } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { attackOf } from './recall.ts';

/** Attacks the sample as it was scored, batch by batch. */
export function attackSample(
  subject: Subject,
  attack: RecallAttack,
  visit: (batch: AttackedBatch) => Promise<void>,
): Promise<void> {
  return attackBatches(subject, subject.scene, attackOf[attack], { ...subject, queries: subject.sample }, visit);
}

/** What the own queries of a batch find with other images in their place. */
export async function hitsWith(
  { scene, embedding }: Pick<Subject, 'scene' | 'embedding'>,
  { queries, size }: Pick<AttackedBatch, 'queries' | 'size'>,
  images: NdArray,
): Promise<Hits> {
  const distances = await search(scene, await embedding.run({}, images));
  return hits(scene, queries, distances, queries.self).slice(0, size);
}
