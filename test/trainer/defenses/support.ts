import { expect } from 'vitest';
import { createRandom, type Random } from '../../../base/random.ts';
import type { NdArray } from '../../../engine/types.ts';
import { miners } from '../../../trainer/miners/index.ts';
import type { Learner } from '../../../trainer/update.ts';
import { expectNear, flat, GRADIENTS, golden } from '../../attack/support/golden.ts';
import { referenceEmbeddings, smallNet, toReference } from '../../attack/support/small-net.ts';
import { array } from '../../attack/support/tensors.ts';

/** Of the reference's eight images. */
export const { labels } = golden<{ readonly labels: readonly number[] }>('e2e_model');
export const initial = smallNet.init(createRandom('small'));

/** Triplets that the reference drew. */
export interface Drawn {
  /** Of the reference's miners; only `spc2-softhard` draws positives. */
  readonly method?: string;
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/** Of a gradient. */
export interface Summary {
  readonly l2: number;
  readonly sum: number;
  readonly first8: readonly number[];
}

/** The anchors of the reference's images whose positive is drawn, not given: those with several candidates. */
const positiveDrawn: readonly boolean[] = miners.softhard
  .candidates({ embeddings: array(referenceEmbeddings), labels, metric: 'N', margin: 0.2, epoch: 0, epochs: 1 })
  .positives.map((rows) => rows.length > 1);

/** The draws of the reference in the place of the batch's own: each has to be among the candidates. */
export function scripted(calls: readonly Drawn[], noise: readonly (readonly number[])[] = []): Random {
  const draws = calls.flatMap(({ method, negative, positive }) => [
    ...negative,
    ...(method === 'spc2-softhard' ? positive.filter((_, k) => positiveDrawn[k]) : []),
  ]);
  const integers = noise.flat();
  const pick = <T>(items: readonly T[]): T => {
    const row = draws.shift() as T;
    expect(items).toContain(row);
    return row;
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
