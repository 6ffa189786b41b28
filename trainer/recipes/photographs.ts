import type { Recipe } from '../recipe.ts';

/** Sharpness of CA-TRIDE's weights by data set, as published; a set that is not among them takes that of CUB. */
const LAMBDA: Readonly<Record<string, number>> = { cub: 10, cars196: 9.5, sop: 2 };

/**
 * Photographs of 224 x 224 pixels, as published: constant rate, frozen batch normalisation, half of RobRank's 150 epochs because
 * SPC-2 shows two images per anchor (specification, sections 1.5 and 4.7). Fresh weights are pre-trained with a rate that can move
 * them, which is this project's own choice: the publications start from ImageNet's.
 */
export function photographs(dataSet: string): Recipe {
  return {
    name: 'photographs',
    pairs: 56,
    weightDecay: 4e-4,
    batchNorm: 'frozen',
    pretrain: { epochs: 75, rate: 1e-3, schedule: 'cosine', warmup: 100 },
    train: { epochs: 75, rate: 1e-5, schedule: 'constant', warmup: 0 },
    loss: 'triplet',
    metric: 'N',
    miner: 'semihard',
    attack: { epsilon: 8 / 255, alpha: 1 / 255, steps: 32 },
    caTride: {
      lambda: (Object.hasOwn(LAMBDA, dataSet) ? LAMBDA[dataSet] : undefined) ?? 10,
      margin: 0.2,
      budget: { epsilon: 8 / 255, alpha: 1 / 255, steps: 16 },
    },
    validateEvery: 5,
  };
}
