import type { Recipe } from '../recipe.ts';

/**
 * Grey pictures of 28 x 28 pixels, as published: trained from fresh weights with the triplet loss and random negatives
 * (specification, section 1.5). The networks learn them without pre-training; one epoch of it is there so that control and
 * defense begin with the same weights. CA-TRIDE's steps and sharpness are those of its photographs: it has no figures for digits.
 */
export const digits: Recipe = {
  name: 'digits',
  pairs: 128,
  weightDecay: 1e-7,
  batchNorm: 'frozen',
  pretrain: { epochs: 1, rate: 1e-3, schedule: 'constant', warmup: 0 },
  train: { epochs: 8, rate: 1e-3, schedule: 'constant', warmup: 0 },
  loss: 'triplet',
  metric: 'N',
  miner: 'random',
  attack: { epsilon: 77 / 255, alpha: 3 / 255, steps: 32 },
  caTride: { lambda: 10, margin: 0.2, budget: { epsilon: 77 / 255, alpha: 3 / 255, steps: 32 } },
  validateEvery: 1,
};
