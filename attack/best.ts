import * as tf from '@tensorflow/tfjs';
import type { Random } from '../base/random.ts';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import { scalar } from '../engine/arrays.ts';
import { loop } from '../engine/loop.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { constraints } from './constraints/index.ts';
import { chosen } from './first-step.ts';
import { attackSpecs, type StepOptions, stepSizeOf, valuesAt } from './pgd.ts';
import { stepRules } from './step-rules/index.ts';
import { FAR, type Memory } from './step-rules/types.ts';
import type { AttackResult, Budget, Constants, Norm, Objective, StepRuleName, TensorConstants } from './types.ts';

export interface BestAttackOptions extends StepOptions {
  /** The most steps that a run may ask for. */
  readonly steps: number;
  readonly norm?: Norm;
  readonly stepRule?: StepRuleName;
}

/** An attack that gives each image's best iterate back. */
export interface BestAttack {
  /**
   * Runs it as often as the budget's restarts say, and keeps the best of all runs for each image. `random` draws where the
   * runs after the first begin. `values` are those of the images that are returned; the trace is the first run's.
   * @throws RangeError for more steps than were compiled.
   */
  run(clean: NdArray, constants: Constants, budget: Budget, random: Random): Promise<Required<BestResult>>;
  readonly multiplyAdds: number;
  release(): Promise<void>;
}

type BestResult = Pick<AttackResult, 'images' | 'values' | 'steps' | 'trace' | 'queries'>;

type AttackTensors = {
  readonly start: tf.Tensor4D;
  readonly clean: tf.Tensor4D;
  readonly epsilon: tf.Scalar;
  readonly stepSize: tf.Scalar;
  readonly steps: tf.Scalar;
  readonly intervals: tf.Tensor1D;
  readonly constants: TensorConstants;
  readonly first: TensorConstants;
  readonly weights: TensorWeights;
};

/**
 * A whole attack as one program, of any constraint and step rule. Its objective has one value per image; beside the steps it costs
 * one forward pass, for the last iterate. Weights are built in.
 */
export async function compileBestAttack(
  engine: Engine,
  backbone: Backbone,
  objective: Objective,
  options: BestAttackOptions & { readonly weights: Weights },
): Promise<BestAttack> {
  const { count, metric = 'N', norm = 'linf', stepRule = 'fixed' } = options;
  const [constraint, rule] = [constraints[norm], stepRules[stepRule]];
  const attack = ({ start, clean, epsilon, stepSize, steps, intervals, constants, first, weights }: AttackTensors) => {
    const places = tf.tensor1d(
      Int32Array.from({ length: options.steps }, (_, i) => i),
      'int32',
    );
    const at = (used: TensorConstants) => valuesAt(backbone, objective, metric, used, weights);
    const { state } = loop({
      steps,
      state: {
        images: start as tf.Tensor,
        best: start as tf.Tensor,
        bestValues: tf.fill([count], FAR) as tf.Tensor,
        ...(rule.returnsToBest && { bestGradient: tf.zerosLike(start) as tf.Tensor }),
        trace: tf.zeros([options.steps]) as tf.Tensor,
        memory: rule.memory(start, epsilon),
      },
      body: ({ images, best, bestValues, bestGradient, trace, memory }, step) => {
        const used = objective.first === undefined ? constants : chosen(step.equal(0), first, constants);
        const { value: values, grad: gradient } = tf.valueAndGrad(at(used))(images as tf.Tensor);
        const here = places.equal(step);
        const better = values.less(bestValues);
        const betterImages = better.reshape([-1, 1, 1, 1]);
        const known = {
          images: tf.where(betterImages, images, best),
          values: values.minimum(bestValues),
          gradient: tf.where(betterImages, gradient, bestGradient ?? gradient),
        };
        const interval = tf.where(here, intervals, tf.zerosLike(intervals)).sum();
        const moved = rule.move(
          { images, clean, values, gradient, best: known, epsilon, stepSize, step, interval },
          memory as Memory,
          constraint,
        );
        return {
          state: {
            images: moved.images,
            best: known.images,
            bestValues: known.values,
            ...(rule.returnsToBest && { bestGradient: known.gradient }),
            trace: tf.where(here, values.mean(), trace),
            memory: moved.memory,
          },
        };
      },
    });
    const last = at(constants)(state.images);
    const better = last.less(state.bestValues);
    return {
      images: tf.where(better.reshape([-1, 1, 1, 1]), state.images, state.best),
      values: last.minimum(state.bestValues),
      trace: state.trace,
    };
  };
  const specs = attackSpecs(backbone, options);
  const program = await engine.compile(
    attack,
    {
      ...specs,
      start: specs.clean,
      steps: { shape: [], dtype: 'int32' as const },
      intervals: [options.steps],
      first: objective.first === undefined ? {} : options.constants,
    },
    { name: `best-${objective.name}` },
  );
  const once = async (start: NdArray, clean: NdArray, constants: Constants, budget: Budget) => {
    const { epsilon, steps } = budget;
    if (steps > options.steps) throw new RangeError(`${steps} steps of an attack compiled for ${options.steps}`);
    const intervals = new Float32Array(options.steps);
    intervals.set(rule.intervals(steps));
    return program.run({
      start,
      clean,
      epsilon: scalar(epsilon),
      stepSize: scalar(stepSizeOf(budget)),
      steps: { shape: [], data: Int32Array.of(steps) },
      intervals: { shape: [options.steps], data: intervals },
      constants,
      first: objective.first?.(constants) ?? {},
    });
  };
  return {
    multiplyAdds: program.multiplyAdds,
    release: () => program.release(),
    async run(clean, constants, budget, random) {
      const { steps, epsilon, restarts = 1 } = budget;
      const first = await once(clean, clean, constants, budget);
      let { images, values } = first;
      for (let run = 1; run < restarts; run++) {
        const start = constraint.start(clean, epsilon, random.fork(`run ${run}`));
        const next = await once(start, clean, constants, budget);
        ({ images, values } = bestOf({ images, values }, next));
      }
      const trace = [...first.trace.data.slice(0, steps)];
      return { images, values, steps, trace, queries: restarts * (steps + 1) * count };
    },
  };
}

type Outcome = { readonly images: NdArray; readonly values: NdArray };

/** For each image the one with the lower value. */
export function bestOf(a: Outcome, b: Outcome): Outcome {
  const [images, values] = [a.images.data.slice(), a.values.data.slice()];
  const size = images.length / values.length;
  values.forEach((value, row) => {
    const other = b.values.data[row] as number;
    if (!(other < value)) return;
    values[row] = other;
    images.set(b.images.data.subarray(row * size, (row + 1) * size), row * size);
  });
  return { images: { shape: a.images.shape, data: images }, values: { shape: a.values.shape, data: values } };
}
