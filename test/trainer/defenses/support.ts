import { expect } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import type { NdArray } from '../../../engine/types.ts';
import type { Learner } from '../../../trainer/update.ts';
import { expectNear, flat, GRADIENTS, golden } from '../../attack/support/golden.ts';
import { smallNet, toReference } from '../../attack/support/small-net.ts';

/** Of the reference's eight images. */
export const { labels } = golden<{ readonly labels: readonly number[] }>('e2e_model');
export const initial = smallNet.init(createRandom('small'));

/** Triplets that the reference drew. */
export interface Drawn {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/** Of a gradient. */
export interface Summary {
  readonly l2: number;
  readonly sum: number;
  readonly first8: readonly number[];
}

/** The draws of the reference in the place of the batch's own: each has to be among the candidates. */
export function scripted(calls: readonly Drawn[], noise: readonly (readonly number[])[] = []): Random {
  const draws = calls.flatMap(({ negative, positive }) => [
    ...negative.map((row) => ({ row, certain: true })),
    ...positive.map((row) => ({ row, certain: false })),
  ]);
  const integers = noise.flat();
  const pick = <T>(items: readonly T[]): T => {
    // A positive is drawn only where there are several; the reference records it either way.
    while (draws[0] !== undefined && !draws[0].certain && !items.includes(draws[0].row as T)) draws.shift();
    const next = draws.shift();
    expect(items, `drawn row ${next?.row}`).toContain(next?.row);
    return next?.row as T;
  };
  const fork = (): Random => ({ ...createRandom('noise'), integer: () => (integers.shift() as number) + 1 });
  return { ...createRandom('scripted'), pick, fork };
}

/** Adam's first moment after one update is a tenth of the gradient. */
export function gradientsOf({ adam }: Learner): Record<string, number[]> {
  const tenfold = ({ shape, data }: NdArray): NdArray => ({ shape, data: Float32Array.from(data, (v) => 10 * v) });
  return toReference(Object.fromEntries(Object.entries(adam.first).map(([name, moment]) => [name, tenfold(moment)])));
}

export function expectGradients(learner: Learner, summaries: Readonly<Record<string, Summary>>): void {
  for (const [name, values] of Object.entries(gradientsOf(learner))) {
    const { l2, sum, first8 } = summaries[name] as Summary;
    expectNear([Math.hypot(...values)], l2, GRADIENTS, `${name}: norm`);
    expectNear([values.reduce((a, b) => a + b, 0)], sum, { relative: 2e-3, absolute: 1e-4 }, `${name}: sum`);
    expectNear(values.slice(0, 8), flat(first8), GRADIENTS, name);
  }
}
