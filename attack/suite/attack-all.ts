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
    await eachBatch(scene, options, async (queries, rows, size) => {
      const targets = attack.choose(scene, queries, random);
      const attacked = await running.run(await options.images(rows), queries, targets);
      parts.push(firstOf(await attack.score(scene, queries, targets, attacked), size));
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
async function eachBatch(
  scene: Scene,
  { queries, count, signal }: AttackOptions,
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
