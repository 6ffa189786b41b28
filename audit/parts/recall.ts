import { eachBatch } from '../../attack/suite/attack-all.ts';
import { startAttack } from '../../attack/suite/compiled.ts';
import { es, gtm, ltm } from '../../attack/suite/index.ts';
import type { RetrievalAttack } from '../../attack/suite/types.ts';
import type { Budget } from '../../attack/types.ts';
import { mean } from '../../base/statistics.ts';
import { type CurvePoint, type Hits, type RecallAttack, recallAttacks } from '../evidence.ts';
import type { Subject } from '../types.ts';

/** The attacks by which verdicts are reached, and the measure of each. */
export const attackOf: Readonly<Record<RecallAttack, RetrievalAttack>> = { ES: es, LTM: ltm, GTM: gtm };
const measureOf = { ES: 'ES:R', LTM: 'LTM', GTM: 'GTM' } as const;

/** What the sample finds under one attack, for each budget. They differ in epsilon, lengths of steps and their number alone. */
async function hitsUnder(subject: Subject, name: RecallAttack, budgets: readonly Budget[]): Promise<Hits[]> {
  const { scene, sample, images, count, signal } = subject;
  const attack = attackOf[name];
  const random = subject.random.fork(name);
  const [budget] = [...budgets].sort((a, b) => b.steps - a.steps);
  const running = startAttack({ ...subject, budget: budget ?? subject.budget }, scene, attack, random.fork('starts'));
  const found = budgets.map((each) => ({ budget: each, hits: [] as number[] }));
  try {
    await eachBatch(scene, { queries: sample, count, signal }, async (queries, rows, size, batch) => {
      const targets = attack.choose(scene, queries, random);
      const clean = await images(rows);
      for (const each of found) {
        signal.throwIfAborted();
        const attacked = await running.run(clean, queries, targets, batch, each.budget);
        const scores = await attack.score(scene, queries, targets, attacked);
        each.hits.push(...(scores[measureOf[name]] ?? []).slice(0, size));
      }
    });
  } finally {
    await running.release();
  }
  return found.map(({ hits }) => hits);
}

/**
 * Recall of the sample for each budget, under each attack by itself and under all of them: a query holds where it holds under each.
 * @param budgets differ in epsilon, lengths of steps and their number alone.
 */
export async function recallUnder(subject: Subject, budgets: readonly Budget[]): Promise<CurvePoint['recall'][]> {
  const [es, ltm, gtm] = [
    await hitsUnder(subject, 'ES', budgets),
    await hitsUnder(subject, 'LTM', budgets),
    await hitsUnder(subject, 'GTM', budgets),
  ];
  return budgets.map((_, i) => {
    const hits = { ES: es[i] ?? [], LTM: ltm[i] ?? [], GTM: gtm[i] ?? [] };
    const worst = subject.sample.map((_, query) =>
      Math.min(...recallAttacks.map((name) => hits[name][query] as number)),
    );
    return { ES: mean(hits.ES), LTM: mean(hits.LTM), GTM: mean(hits.GTM), worst: mean(worst) };
  });
}
