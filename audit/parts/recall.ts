import { attackQueries } from '../../attack/suite/attack-all.ts';
import { es, gtm, ltm } from '../../attack/suite/index.ts';
import type { RetrievalAttack } from '../../attack/suite/types.ts';
import type { Budget } from '../../attack/types.ts';
import { mean } from '../../base/statistics.ts';
import { type CurvePoint, type Hits, type RecallAttack, recallAttacks } from '../evidence.ts';
import type { Subject } from '../types.ts';

/** The attacks by which verdicts are reached, and the measure of each. */
export const attackOf: Readonly<Record<RecallAttack, RetrievalAttack>> = { ES: es, LTM: ltm, GTM: gtm };
export const measureOf = { ES: 'ES:R', LTM: 'LTM', GTM: 'GTM' } as const;

/** What the sample finds under one attack. */
export async function hitsUnder(subject: Subject, attack: RecallAttack, budget: Budget): Promise<Hits> {
  const { sample, images, count, random, signal } = subject;
  const options = { images, queries: sample, count, random, signal };
  const scores = await attackQueries({ ...subject, budget }, subject.scene, attackOf[attack], options);
  return scores[measureOf[attack]] ?? [];
}

/** Recall of the sample under each attack by itself, and under all of them: a query holds where it holds under each. */
export async function recallUnder(subject: Subject, budget: Budget): Promise<CurvePoint['recall']> {
  const found: [RecallAttack, Hits][] = [];
  for (const attack of recallAttacks) found.push([attack, await hitsUnder(subject, attack, budget)]);
  const worst = subject.sample.map((_, i) => Math.min(...found.map(([, hits]) => hits[i] as number)));
  const of = (attack: RecallAttack): number => mean(found.find(([name]) => name === attack)?.[1] ?? []);
  return { ES: of('ES'), LTM: of('LTM'), GTM: of('GTM'), worst: mean(worst) };
}
