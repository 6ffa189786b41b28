import type * as tf from '@tensorflow/tfjs';
import type { TensorWeights } from '../../embedding/types.ts';
import { scalar } from '../../engine/arrays.ts';
import type { InputSpec, NdArray } from '../../engine/types.ts';
import type { LossParameter } from '../types.ts';
import { type BatchLoss, compileUpdate, type Learner, type UpdateOptions } from '../update.ts';
import type { TrainingSetting } from './types.ts';

export type LossScalars = Parameters<BatchLoss>[2];

/** A loss of a batch with what it reads and learns beside the weights. */
export interface TrainedLoss {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly parameters: Readonly<Record<string, LossParameter>>;
  readonly evaluate: BatchLoss;
}

/** The values that learnable scalars begin with. */
export function firstValues(parameters: TrainedLoss['parameters']): Record<string, number> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { initial }]) => [name, initial]));
}

/** The update of a defense, with what the setting says of every update. */
export function trainingUpdate(
  setting: TrainingSetting,
  { name, inputs, parameters, evaluate }: TrainedLoss,
  more: Pick<UpdateOptions, 'embeddingsOf'> = {},
) {
  const { engine, backbone, weightDecay, clipNorm, average, batchNorm } = setting;
  const options = { weightDecay, clipNorm, average, batchNorm, name, lossParameters: parameters, ...more };
  return compileUpdate(engine, evaluate, backbone, inputs, options);
}

type LossTensors = {
  readonly weights: TensorWeights;
  readonly scalars: LossScalars;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
};

/** A loss by itself, without an update. */
export async function trainingLoss({ engine, backbone }: TrainingSetting, loss: TrainedLoss) {
  const { name, inputs, parameters } = loss;
  const evaluate = ({ weights, scalars, inputs: given }: LossTensors) => ({
    value: loss.evaluate((images) => backbone.forward(weights, images as tf.Tensor4D), given, scalars) as tf.Tensor,
  });
  const scalars = Object.fromEntries(Object.keys(parameters).map((key) => [key, [] as number[]]));
  const specs = { weights: backbone.parameters, scalars, inputs };
  const program = await engine.compile(evaluate, specs, { name: `${name}-loss` });
  return {
    async run({ weights, lossParameters }: Learner, given: Readonly<Record<string, NdArray>>): Promise<number> {
      const values = Object.fromEntries(
        Object.keys(parameters).map((key) => [key, scalar(lossParameters[key] as number)]),
      );
      const { value } = await program.run({ weights, scalars: values, inputs: given });
      return value.data[0] ?? Number.NaN;
    },
    release: () => program.release(),
  };
}
