import * as tf from '@tensorflow/tfjs';
import type { Backbone, TensorWeights } from '../embedding/types.ts';
import type { Engine, NdArray } from '../engine/types.ts';
import { attackSpecs, type StepOptions, valuesAt } from './pgd.ts';
import type { Constants, Objective, TensorConstants } from './types.ts';

export interface CompiledGradient {
  /**
   * @param images N x S x S x channels, pixels in [0,1].
   * @returns the gradient of the objective with respect to each image's pixels, of the shape of the images.
   */
  run(images: NdArray, constants: Constants): Promise<NdArray>;
  release(): Promise<void>;
}

/** What an attack sees of an objective at the clean images: its gradient, as in the first step. Weights are built in. */
export async function compileGradient(
  engine: Engine,
  backbone: Backbone,
  objective: Objective,
  options: StepOptions,
): Promise<CompiledGradient> {
  const { metric = 'N' } = options;
  const { clean, constants, weights } = attackSpecs(backbone, options);
  type Tensors = { images: tf.Tensor4D; constants: TensorConstants; weights: TensorWeights };
  const program = await engine.compile(
    ({ images, constants: given, weights: parameters }: Tensors) => ({
      gradient: tf.valueAndGrad(valuesAt(backbone, objective, metric, given, parameters))(images as tf.Tensor).grad,
    }),
    { images: clean, constants, weights },
    { name: `gradient-${objective.name}` },
  );
  return {
    release: () => program.release(),
    async run(images, given) {
      const used = objective.first?.(given) ?? given;
      return (await program.run({ images, constants: used, weights: {} })).gradient;
    },
  };
}
