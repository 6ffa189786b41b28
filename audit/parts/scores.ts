import { attackAll } from '../../attack/suite/attack-all.ts';
import { scoresOf } from '../../attack/suite/scores.ts';
import type { Budget } from '../../attack/types.ts';
import type { SampleScores } from '../evidence.ts';
import type { Subject } from '../types.ts';

/** All attacks of the scores on the sample. Equal randomness gives equal targets, so that budgets can be compared. */
export async function scoresWith(subject: Subject, budget: Budget): Promise<SampleScores> {
  const { sample, images, count, random, signal, scene } = subject;
  const perQuery = await attackAll({ ...subject, budget }, scene, { images, queries: sample, count, random, signal });
  const { ers, ars, raw } = scoresOf(perQuery, scene.protocol, sample.length);
  return { ers, ars: ars.value, measures: raw };
}

/** The best iterate of each image in place of its last. */
export function withBest(budget: Budget): Budget {
  return { ...budget, keepBest: true };
}

/** Twice the steps and twice the runs, of which the best iterate counts. */
export function doubled(budget: Budget): Budget {
  return { ...budget, keepBest: true, steps: 2 * budget.steps, restarts: 2 * (budget.restarts ?? 1) };
}
