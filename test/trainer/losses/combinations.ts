import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../../base/random.ts';
import type { NdArray } from '../../../engine/types.ts';
import { type LossName, losses } from '../../../trainer/losses/index.ts';
import { type MinedLoss, minedLoss } from '../../../trainer/losses/mined.ts';
import type { Metric, MinerInput } from '../../../trainer/types.ts';
import { randomBatch } from '../miners/batches.ts';

export interface Combined {
  readonly name: string;
  readonly loss: LossName;
  readonly metric: Metric;
  readonly mined: MinedLoss;
}

/** Every loss in every metric that it is defined for, with its own miner. */
export const combinations: readonly Combined[] = (Object.keys(losses) as LossName[]).flatMap((loss) =>
  losses[loss].metrics.map((metric) => ({
    name: `${loss} in ${metric}`,
    loss,
    metric,
    mined: minedLoss({ loss, metric }),
  })),
);

export function viewOf(pairs: number, seed: number | string, { metric, margin }: MinedLoss): MinerInput {
  return { ...randomBatch(pairs, seed, 6), metric, margin };
}

export function select(mined: MinedLoss, view: MinerInput, seed: number | string = 'draw'): Record<string, NdArray> {
  return { ...mined.select(view, createRandom(seed)) };
}

/** A selection as tensors. */
export function tensors(selection: Readonly<Record<string, NdArray>>): Record<string, tf.Tensor> {
  const named = Object.entries(selection).map(([name, { data, shape }]): [string, tf.Tensor] => [
    name,
    tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32'),
  ]);
  return Object.fromEntries(named);
}

/** The value of a loss of a batch, and its gradients with respect to the embeddings and to beta, where the loss has it. */
export function evaluate(
  mined: MinedLoss,
  embeddings: NdArray,
  selection: Readonly<Record<string, NdArray>>,
): { readonly value: number; readonly gradient: readonly number[] } {
  return tf.tidy(() => {
    const rows = tf.tensor2d(embeddings.data, embeddings.shape as [number, number]);
    const given = tensors(selection);
    const parameters = Object.fromEntries(
      Object.entries(mined.parameters).map(([name, { initial }]) => [name, tf.scalar(initial)]),
    );
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => mined.evaluate(x as tf.Tensor2D, given, parameters))(
      rows,
    );
    return { value: value.dataSync()[0] as number, gradient: Array.from(grad.dataSync()) };
  });
}
