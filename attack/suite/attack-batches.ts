import type { NdArray } from '../../engine/types.ts';
import { type AttackOptions, eachBatch } from './attack-all.ts';
import { type Adversary, type RunningAttack, startAttack } from './compiled.ts';
import type { Queries, RetrievalAttack, Scene, Targets } from './types.ts';

/** A batch of queries before and after an attack. */
export interface AttackedBatch {
  readonly queries: Queries;
  readonly targets: Targets;
  /** Gallery rows of the queries. */
  readonly rows: readonly number[];
  /** How many of the queries are its own: a last smaller batch is filled up with repeats, which do not count. */
  readonly size: number;
  readonly clean: NdArray;
  readonly attacked: Awaited<ReturnType<RunningAttack['run']>>;
}

/** Attacks queries batch by batch, with the targets and starts of `attackQueries` from equal randomness, and shows each batch. */
export async function attackBatches(
  adversary: Adversary,
  scene: Scene,
  attack: RetrievalAttack,
  options: Omit<AttackOptions, 'onBatch' | 'memory'>,
  visit: (batch: AttackedBatch) => Promise<void>,
): Promise<void> {
  const random = options.random.fork(attack.id);
  const running = startAttack(adversary, scene, attack, random.fork('starts'));
  try {
    await eachBatch(scene, options, async (queries, rows, size, batch) => {
      const targets = attack.choose(scene, queries, random);
      const clean = await options.images(rows);
      const attacked = await running.run(clean, queries, targets, batch);
      await visit({ queries, targets, rows, size, clean, attacked });
    });
  } finally {
    await running.release();
  }
}
