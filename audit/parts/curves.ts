import type { Budget } from '../../attack/types.ts';
import type { CurvePoint, Evidence } from '../evidence.ts';
import type { Subject } from '../types.ts';
import { recallUnder } from './recall.ts';

/** Shares of the scored epsilon that the curve is drawn through. */
const SHARES = [0, 0.25, 0.5, 1, 2];
/** So far that every picture can become a grey one: nothing is left to recognise. */
export const UNBOUNDED = 0.5;

/** Where recall is measured over epsilon, in pixels of [0,1], ascending. */
export function epsilonsOf({ epsilon }: Pick<Budget, 'epsilon'>): number[] {
  return [...SHARES.map((share) => share * epsilon).filter((each) => each < UNBOUNDED), UNBOUNDED];
}

/** Where recall is measured over steps: powers of two up to the scored steps, these and twice as many. */
export function stepsOf({ steps }: Pick<Budget, 'steps'>): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(steps)) }, (_, power) => 2 ** power);
  return [...powers, steps, 2 * steps];
}

/** The scored attack at another epsilon, with steps of the same share of it. */
export function withEpsilon(budget: Budget, epsilon: number): Budget {
  return { ...budget, epsilon, alpha: (budget.alpha * epsilon) / budget.epsilon };
}

/** The scored attack with other steps. Fewer are longer, so that they reach as far together; none is longer than epsilon. */
export function withSteps(budget: Budget, steps: number): Budget {
  const longer = budget.alpha * Math.max(1, budget.steps / steps);
  return { ...budget, steps, alpha: Math.min(Math.max(budget.alpha, budget.epsilon), longer) };
}

/** Recall of the sample as epsilon grows, and as steps are added. */
export async function curves(subject: Subject): Promise<Pick<Evidence, 'epsilonCurve' | 'stepsCurve'>> {
  const { budget } = subject;
  const [epsilons, steps] = [epsilonsOf(budget), stepsOf(budget)];
  const recalls = await recallUnder(subject, [
    ...epsilons.map((epsilon) => withEpsilon(budget, epsilon)),
    ...steps.map((count) => withSteps(budget, count)),
  ]);
  const points = (places: readonly number[], from: number): CurvePoint[] =>
    places.map((at, i) => ({ at, recall: recalls[from + i] as CurvePoint['recall'] }));
  return { epsilonCurve: points(epsilons, 0), stepsCurve: points(steps, epsilons.length) };
}
