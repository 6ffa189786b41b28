import type { Budget, Constants, Objective } from '../../attack/types.ts';
import { type CompiledAttack, compileAttack } from '../../attack/whole.ts';
import type { Weights } from '../../embedding/types.ts';
import type { NdArray } from '../../engine/types.ts';
import { perSize } from './programs.ts';
import type { TrainingSetting } from './types.ts';

/** What a training attack minimises and when it stops early. */
export interface BatchAttack {
  readonly objective: Objective;
  readonly stopBelow?: number;
  readonly stopChangeBelow?: number;
}

/** What an objective compares with in one batch, from before the attack; in the first step something else where it says so. */
export interface Compared {
  readonly constants: Constants;
  readonly first?: Constants;
}

/**
 * An attack of training, compiled for each size of batch that occurs: no random start, the last iterate, all steps in one
 * program (specification, section 0). The constants keep their names from batch to batch.
 */
export function trainingAttack({ engine, backbone, loss, budget }: TrainingSetting, attack: BatchAttack) {
  const { objective, ...stops } = attack;
  const limits = { metric: loss.metric, steps: budget.steps, ...stops };
  const programs = perSize((count, given: Constants): Promise<CompiledAttack> => {
    const constants = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, shape]));
    return compileAttack(engine, backbone, objective, { count, constants, ...limits });
  });
  return {
    /** @param spent up to the setting's budget. */
    async run(weights: Weights, clean: NdArray, { constants, first }: Compared, spent: Budget = budget) {
      const program = await programs.for(clean.shape[0] ?? 0, constants);
      return program.run(clean, constants, spent, weights, first);
    },
    release: () => programs.release(),
  };
}
