import type { Random } from '../../base/random.ts';
import { takeRows } from '../../engine/arrays.ts';
import type { NdArray } from '../../engine/types.ts';
import { type Adversary, startAttack } from './compiled.ts';
import { evaluationAttacks } from './index.ts';
import { hits } from './recall.ts';
import { createQueries } from './scene.ts';
import { ofEach } from './scores.ts';
import type { Aside, Measure, PerQuery, Queries, RetrievalAttack, Scene, Scores } from './types.ts';

export interface AttackOptions {
  readonly images: (rows: readonly number[]) => NdArray | Promise<NdArray>;
  /** Gallery rows to attack. */
  readonly queries: readonly number[];
  /** Queries at a time. */
  readonly count: number;
  readonly random: Random;
  /** Called after each batch. */
  readonly onBatch?: () => void;
  readonly signal?: AbortSignal;
  /** What earlier sittings have measured; it is not measured again. */
  readonly memory?: BatchMemory;
}

/** The scores of each batch of an attack, kept where a stop does not lose them. */
export interface BatchMemory {
  recall(attack: string, batch: number): Scores | undefined;
  keep(attack: string, batch: number, scores: Scores): void;
}

/** Attacks queries batch by batch with one attack, and measures each. */
export async function attackQueries(
  adversary: Adversary,
  scene: Scene,
  attack: RetrievalAttack,
  options: AttackOptions,
): Promise<Scores> {
  const random = options.random.fork(attack.id);
  const running = startAttack(adversary, scene, attack, random.fork('starts'));
  const parts: Scores[] = [];
  try {
    await eachBatch(scene, options, async (queries, rows, size, batch) => {
      // Drawn for every batch, so that the draws of one do not depend on which others are known.
      const targets = attack.choose(scene, queries, random);
      let scores = options.memory?.recall(attack.id, batch);
      if (scores === undefined) {
        const attacked = await running.run(await options.images(rows), queries, targets, batch);
        scores = firstOf(await attack.score(scene, queries, targets, attacked), size);
        options.memory?.keep(attack.id, batch, scores);
      }
      parts.push(scores);
      options.onBatch?.();
    });
  } finally {
    await running.release();
  }
  return joined(parts);
}

/** Attacks all queries with all attacks of the scores, one attack after the other. */
export async function attackAll(
  adversary: Adversary,
  scene: Scene,
  options: AttackOptions,
  onProgress?: (share: number, attack: string) => void,
): Promise<PerQuery> {
  const total = evaluationAttacks.length * Math.ceil(options.queries.length / options.count);
  let done = 0;
  let scores: Scores = {};
  for (const attack of evaluationAttacks) {
    const onBatch = (): void => onProgress?.(++done / total, attack.id);
    scores = { ...scores, ...(await attackQueries(adversary, scene, attack, { ...options, onBatch })) };
  }
  const found: number[] = [];
  await eachBatch(scene, options, async (batch, _rows, size) => {
    found.push(...hits(scene, batch, batch.distances, batch.self).slice(0, size));
  });
  return { ...ofEach((measure) => scores[measure] ?? []), 'R@1': found };
}

/** Programs have one shape: a last smaller batch is filled up with repeats of its last row; `size` are its own. */
export async function eachBatch(
  scene: Scene,
  { queries, count, signal }: Pick<AttackOptions, 'queries' | 'count' | 'signal'>,
  visit: (queries: Queries, rows: readonly number[], size: number, batch: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < queries.length; from += count) {
    signal?.throwIfAborted();
    const size = Math.min(count, queries.length - from);
    const rows = Array.from({ length: count }, (_, i) => queries[Math.min(from + i, queries.length - 1)] as number);
    const labels = rows.map((row) => scene.labels[row] as number);
    await visit(await createQueries(scene, takeRows(scene.gallery, rows), labels, rows), rows, size, from / count);
  }
}

function entriesOf(scores: Scores): [Measure | Aside, readonly number[]][] {
  // The keys of scores are measures; TypeScript widens them to any text.
  return Object.entries(scores) as [Measure | Aside, readonly number[]][];
}

function firstOf(scores: Scores, size: number): Scores {
  return Object.fromEntries(entriesOf(scores).map(([measure, values]) => [measure, values.slice(0, size)]));
}

function joined(parts: readonly Scores[]): Scores {
  const [first = {}] = parts;
  return Object.fromEntries(
    entriesOf(first).map(([measure]) => [measure, parts.flatMap((part) => part[measure] ?? [])]),
  );
}
