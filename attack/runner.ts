import { mean } from '../base/statistics.ts';
import type { NdArray } from '../engine/types.ts';
import { type Step, stepSizeOf } from './pgd.ts';
import type { AttackResult, Budget, Constants, Objective } from './types.ts';

export interface RunOptions {
  /** Stops before a step when the mean objective is below this; the images of that moment are returned. */
  readonly stopBelow?: number;
  /** Checked before each step. */
  readonly signal?: AbortSignal;
}

/**
 * Runs an attack: no random start, the last iterate is returned, as in the released evaluations.
 * Steps are taken one by one, so that whoever provides `step` can let other work pass in between.
 * @throws the signal's reason when it is aborted.
 */
export async function runAttack(
  step: Step,
  objective: Objective,
  clean: NdArray,
  constants: Constants,
  budget: Budget,
  options: RunOptions = {},
): Promise<AttackResult> {
  const stepSize = stepSizeOf(budget);
  const count = clean.shape[0] ?? 0;
  const trace: number[] = [];
  let images = clean;
  let steps = 0;
  while (steps < budget.steps) {
    options.signal?.throwIfAborted();
    const used = steps === 0 && objective.first !== undefined ? objective.first(constants) : constants;
    const result = await step({ images, clean, epsilon: budget.epsilon, stepSize, constants: used });
    const value = mean(result.values.data);
    trace.push(value);
    if (options.stopBelow !== undefined && value < options.stopBelow) break;
    images = result.images;
    steps += 1;
  }
  return { images, steps, trace, queries: trace.length * count };
}
