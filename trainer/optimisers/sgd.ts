import type { TensorWeights } from '../../embedding/types.ts';

/** One step of plain gradient descent: `w <- w - rate g`. */
export function sgd(weights: TensorWeights, gradients: TensorWeights, rate: number): TensorWeights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => {
      const gradient = gradients[name];
      return [name, gradient === undefined ? weight : weight.sub(gradient.mul(rate))];
    }),
  );
}
