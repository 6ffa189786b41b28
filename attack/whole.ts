import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import { scalar } from '../engine/arrays.ts';
import { loop } from '../engine/loop.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { chosen } from './first-step.ts';
import { attackSpecs, type StepOptions, stepSizeOf, takeStep } from './pgd.ts';
import type { AttackResult, Budget, Constants, Objective, TensorConstants } from './types.ts';

export interface WholeAttackOptions extends StepOptions {
  /** The most steps that a run may ask for. */
  readonly steps: number;
  /** Stops before a step when the mean objective is below this; the images of that moment are returned. */
  readonly stopBelow?: number;
  /** Gives the images before the last step back as well. */
  readonly keepPrevious?: boolean;
  /** Stops after a step whose mean objective differs by less than this from that of the step before. */
  readonly stopChangeBelow?: number;
}

export interface CompiledAttack {
  /**
   * Runs it. Weights are left out where they were built in. `first` are the constants of the first step in place of those
   * that the objective makes itself. @throws RangeError for more steps than were compiled.
   */
  run(
    clean: NdArray,
    constants: Constants,
    budget: Budget,
    weights?: Weights,
    first?: Constants,
  ): Promise<AttackResult>;
  /** Multiply-adds of one step over all images. */
  readonly multiplyAdds: number;
  release(): Promise<void>;
}

type AttackTensors = {
  readonly clean: tf.Tensor4D;
  readonly epsilon: tf.Scalar;
  readonly stepSize: tf.Scalar;
  readonly steps: tf.Scalar;
  readonly constants: TensorConstants;
  /** The constants of the first step. */
  readonly first: TensorConstants;
  readonly weights: TensorWeights;
};

/**
 * A whole attack as one program: the twin of `runAttack` over a compiled step, for work that nothing has to interrupt.
 * Weights and constants are brought into the device's order once, and the images stay on the device from step to step.
 */
export async function compileAttack(
  engine: Engine,
  backbone: Backbone,
  objective: Objective,
  options: WholeAttackOptions,
): Promise<CompiledAttack> {
  const { count, constants, metric = 'N', keepPrevious = false } = options;
  const attack = ({ clean, steps, constants: later, first, ...rest }: AttackTensors) => {
    const places = tf.tensor1d(
      Int32Array.from({ length: options.steps }, (_, i) => i),
      'int32',
    );
    const { state, steps: taken } = loop({
      steps,
      state: {
        images: clean as tf.Tensor,
        trace: tf.zeros([options.steps]) as tf.Tensor,
        // As the released code begins: no objective is that near to these.
        last: tf.scalar(-1) as tf.Tensor,
        beforeLast: tf.scalar(-2) as tf.Tensor,
        ...(keepPrevious && { previous: clean as tf.Tensor }),
      },
      body: ({ images, trace, last, beforeLast }, step) => {
        const used = objective.first === undefined ? later : chosen(step.equal(0), first, later);
        const inputs = { images: images as tf.Tensor4D, clean, constants: used, ...rest };
        const { images: moved, values } = takeStep(backbone, objective, metric, inputs);
        const value = values.mean();
        const filled = tf.where(places.equal(step), value, trace);
        const next = {
          images: moved,
          trace: filled,
          last: value,
          beforeLast: last,
          ...(keepPrevious && { previous: images }),
        };
        const active = goesOn(options, value, last.sub(beforeLast).abs());
        return active === undefined ? { state: next } : { state: next, active };
      },
    });
    const { images, trace, previous } = state;
    return { images, trace, ...(previous !== undefined && { previous }), steps: taken };
  };
  const specs = {
    ...attackSpecs(backbone, options),
    steps: { shape: [], dtype: 'int32' as const },
    first: objective.first === undefined ? {} : constants,
  };
  const program = await engine.compile(attack, specs, { name: `attack-${objective.name}` });
  return {
    multiplyAdds: program.multiplyAdds,
    release: () => program.release(),
    async run(clean, given, budget, current = {}, first = objective.first?.(given) ?? {}) {
      const { epsilon, steps } = budget;
      if (steps > options.steps) throw new RangeError(`${steps} steps of an attack compiled for ${options.steps}`);
      const result = await program.run({
        clean,
        epsilon: scalar(epsilon),
        stepSize: scalar(stepSizeOf(budget)),
        steps: { shape: [], data: Int32Array.of(steps) },
        constants: given,
        first,
        weights: current,
      });
      const taken = result.steps.data[0] as number;
      const evaluated = taken < steps ? taken + 1 : taken;
      return {
        images: result.images,
        steps: taken,
        trace: [...result.trace.data.slice(0, taken)],
        queries: evaluated * count,
        ...(result.previous !== undefined && { previous: result.previous }),
      };
    },
  };
}

/** Whether another step is taken, by its objective and by how much that of the step before had changed; always without a rule. */
function goesOn(
  { stopBelow, stopChangeBelow }: WholeAttackOptions,
  value: tf.Tensor,
  change: tf.Tensor,
): tf.Tensor | undefined {
  const reasons = [
    ...(stopBelow === undefined ? [] : [value.less(stopBelow)]),
    ...(stopChangeBelow === undefined ? [] : [change.less(stopChangeBelow)]),
  ];
  if (reasons.length === 0) return undefined;
  return reasons.reduce((any, reason) => any.logicalOr(reason)).logicalNot();
}
