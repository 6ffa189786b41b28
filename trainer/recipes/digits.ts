import type { Recipe } from '../recipe.ts';

/**
 * Grey pictures of 28 x 28 pixels, as published: trained from fresh weights with the triplet loss and random negatives
 * (specification, section 1.5). CA-TRIDE has no figures for them: it takes half the steps at twice the size, which reach as far, and
 * the sharpness that it has for the photographs that are hardest to tell apart.
 */
export const digits: Recipe = {
  name: 'digits',
  pairs: 128,
  weightDecay: 1e-7,
  batchNorm: 'frozen',
  pretrain: { epochs: 0, rate: 1e-3, schedule: 'constant', warmup: 0 },
  train: { epochs: 8, rate: 1e-3, schedule: 'constant', warmup: 0 },
  loss: 'triplet',
  metric: 'N',
  miner: 'random',
  attack: { epsilon: 77 / 255, alpha: 3 / 255, steps: 32 },
  caTride: { lambda: 10, margin: 0.2, budget: { epsilon: 77 / 255, alpha: 6 / 255, steps: 16 } },
  validateEvery: 1,
};
