import type { Random } from '../../base/random.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { type Adversary, startAttack } from './compiled.ts';
import { evaluationAttacks } from './index.ts';
import { hits } from './recall.ts';
import { createQueries } from './scene.ts';
import { ofEach } from './scores.ts';
import type { Measure, PerQuery, Queries, RetrievalAttack, Scene, Scores } from './types.ts';

export interface AttackAllOptions {
  readonly images: (rows: readonly number[]) => NdArray | Promise<NdArray>;
  /** Gallery rows to attack. */
  readonly queries: readonly number[];
  /** Queries at a time. */
  readonly count: number;
  readonly random: Random;
  readonly onProgress?: (share: number, attack: string) => void;
  readonly signal?: AbortSignal;
}

type Values = Map<Measure | 'R@1', number[]>;

/** Attacks all queries with all attacks of the scores, one attack after the other. */
export async function attackAll(adversary: Adversary, scene: Scene, options: AttackAllOptions): Promise<PerQuery> {
  const { queries, count, onProgress } = options;
  const values: Values = new Map();
  const total = evaluationAttacks.length * Math.ceil(queries.length / count);
  let done = 0;
  for (const attack of evaluationAttacks) {
    await attackRows(adversary, scene, attack, options, (scores, size) => {
      append(values, scores, size);
      done += 1;
      onProgress?.(done / total, attack.id);
    });
  }
  await eachBatch(scene, options, async (batch, _rows, size) => {
    append(values, { 'R@1': hits(scene, batch, batch.distances, batch.self) }, size);
  });
  const valuesOf = (measure: Measure | 'R@1'): readonly number[] => values.get(measure) ?? [];
  return { ...ofEach(valuesOf), 'R@1': valuesOf('R@1') };
}

async function attackRows(
  adversary: Adversary,
  scene: Scene,
  attack: RetrievalAttack,
  options: AttackAllOptions,
  onBatch: (scores: Scores, size: number) => void,
): Promise<void> {
  const random = options.random.fork(attack.id);
  const running = startAttack(adversary, scene, attack);
  try {
    await eachBatch(scene, options, async (queries, rows, size) => {
      const targets = attack.choose(scene, queries, random);
      const attacked = await running.run(await options.images(rows), queries, targets);
      onBatch(await attack.score(scene, queries, targets, attacked), size);
    });
  } finally {
    await running.release();
  }
}

/** Programs have one shape: a last smaller batch is filled up with repeats of its last row; `size` are its own. */
async function eachBatch(
  scene: Scene,
  { queries, count, signal }: AttackAllOptions,
  visit: (batch: Queries, rows: readonly number[], size: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < queries.length; from += count) {
    signal?.throwIfAborted();
    const size = Math.min(count, queries.length - from);
    const rows = Array.from({ length: count }, (_, i) => queries[Math.min(from + i, queries.length - 1)] as number);
    const labels = rows.map((row) => scene.labels[row] as number);
    await visit(await createQueries(scene, takeRows(scene.gallery, rows), labels, rows), rows, size);
  }
}

function append(values: Values, scores: Partial<PerQuery>, size: number): void {
  for (const [measure, found] of Object.entries(scores) as [Measure | 'R@1', readonly number[]][])
    values.set(measure, [...(values.get(measure) ?? []), ...found.slice(0, size)]);
}
