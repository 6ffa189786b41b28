import * as tf from '@tensorflow/tfjs';
import { normalise } from '../embedding/normalise.ts';
import type { Backbone, TensorWeights, Weights } from '../embedding/types.ts';
import { scalar } from '../engine/arrays.ts';
import type { Engine, InputSpec, NdArray } from '../engine/types.ts';
import { linf } from './constraints/index.ts';
import type { Budget, Constants, Metric, Objective, TensorConstants } from './types.ts';

/** What one step works on. Everything but `images` stays the same throughout an attack. */
export interface StepInputs {
  /** N x S x S x channels, pixels in [0,1]: where the attack stands. */
  readonly images: NdArray;
  /** The images it started from. */
  readonly clean: NdArray;
  readonly epsilon: number;
  readonly stepSize: number;
  readonly constants: Constants;
}

export interface StepResult {
  readonly images: NdArray;
  /** The objective at the images *before* the step. */
  readonly values: NdArray;
}

export type Step = (inputs: StepInputs) => Promise<StepResult>;

export interface CompiledStep {
  readonly step: Step;
  /** Multiply-adds of one step over all images. */
  readonly multiplyAdds: number;
  /** Gives weights to a step that was compiled without. */
  withWeights(weights: Weights): Step;
  release(): Promise<void>;
}

export interface StepOptions {
  /** Number of images. */
  readonly count: number;
  /** Shapes by name; an array is built in, and left out when the attack runs: a gallery that all images share. */
  readonly constants: Readonly<Record<string, InputSpec>>;
  /** Built in as constants, which is faster; without them they are given by `withWeights`. */
  readonly weights?: Weights;
  /** `N` (default) and `C` normalise the embeddings. */
  readonly metric?: Metric;
}

type StepTensors = {
  readonly images: tf.Tensor4D;
  readonly clean: tf.Tensor4D;
  readonly epsilon: tf.Scalar;
  readonly stepSize: tf.Scalar;
  readonly constants: TensorConstants;
  readonly weights: TensorWeights;
};

/**
 * One step of projected sign-gradient descent on an objective (specification of the method, section 0):
 * `x <- clip(x - s sign(d objective / d x))`. A pixel without gradient does not move. `values` are those before the step.
 */
export function takeStep(
  backbone: Backbone,
  objective: Objective,
  metric: Metric,
  { images, clean, epsilon, stepSize, constants, weights }: StepTensors,
): { images: tf.Tensor; values: tf.Tensor } {
  const { value, grad } = tf.valueAndGrad(valuesAt(backbone, objective, metric, constants, weights))(images);
  const moved = images.sub(linf.direction(grad).mul(stepSize));
  return { images: linf.project(moved, clean, epsilon), values: value };
}

/** The objective as a function of the pixels. */
export function valuesAt(
  backbone: Backbone,
  objective: Objective,
  metric: Metric,
  constants: TensorConstants,
  weights: TensorWeights,
): (images: tf.Tensor) => tf.Tensor {
  return (images) => {
    const raw = backbone.forward(weights, images as tf.Tensor4D);
    return objective.evaluate(metric === 'E' ? raw : normalise(raw), constants, metric);
  };
}

/** What a step and a whole attack are both compiled for. */
export function attackSpecs(backbone: Backbone, { count, constants, weights = {} }: StepOptions) {
  const inputs: Record<string, InputSpec> = { ...backbone.parameters, ...weights };
  const clean = [count, backbone.size, backbone.size, backbone.channels];
  return { clean, epsilon: [], stepSize: [], constants, weights: inputs };
}

/** The size of a step: with a single one the whole epsilon is used. */
export function stepSizeOf({ epsilon, alpha, steps }: Budget): number {
  return steps > 1 ? alpha : epsilon;
}

/** Compiles `takeStep`: for attacks of which other work wants to pass in between. */
export async function compileStep(
  engine: Engine,
  backbone: Backbone,
  objective: Objective,
  options: StepOptions,
): Promise<CompiledStep> {
  const { metric = 'N' } = options;
  const { clean, ...rest } = attackSpecs(backbone, options);
  const specs = { images: clean, clean, ...rest };
  const step = (tensors: StepTensors) => takeStep(backbone, objective, metric, tensors);
  const program = await engine.compile(step, specs, { name: `pgd-${objective.name}` });
  const stepWith =
    (given: Weights): Step =>
    ({ images, clean, epsilon, stepSize, constants }) =>
      program.run({ images, clean, epsilon: scalar(epsilon), stepSize: scalar(stepSize), constants, weights: given });
  return {
    step: stepWith({}),
    withWeights: stepWith,
    multiplyAdds: program.multiplyAdds,
    release: () => program.release(),
  };
}
