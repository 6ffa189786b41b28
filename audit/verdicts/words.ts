import type { Verdict } from '../types.ts';

/** What a check answers. */
export type Answer = Pick<Verdict, 'state' | 'finding'>;

/** The answer of a check that could be made. */
export function answer(isRaised: boolean, finding: string): Answer {
  return { state: isRaised ? 'raised' : 'holds', finding };
}

/** The answer of a check for which something was not there. */
export function unchecked(finding: string): Answer {
  return { state: 'unchecked', finding };
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Epsilon, given in pixels of [0,1], as people write it. */
export function levels(epsilon: number): string {
  return `${Number((255 * epsilon).toFixed(1))}/255`;
}

/** A number of steps, in words. */
export function inSteps(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}

/** Things one after the other, the last after "and". */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
