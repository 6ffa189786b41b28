import { c2f2 } from '../../embedding/backbones/c2f2.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { resnet18 } from '../../embedding/backbones/resnet.ts';
import type { Backbone } from '../../embedding/types.ts';
import type { Recipe } from '../../trainer/recipe.ts';
import { digits, drawings, photographs } from '../../trainer/recipes/index.ts';

/** A network with the batch that it is trained on. */
export interface StepNetwork {
  readonly backbone: Backbone;
  readonly recipe: Recipe;
  /**
   * Bytes that all programs of an update together hold for each pixel of a pair: measured as what a process held with 56 pairs.
   * Only where it is near to what a machine has.
   */
  readonly bytesPerPixel?: number;
  /** Whether it is left out where no network is named, because an update takes minutes. */
  readonly long?: boolean;
}

export const NETWORKS: Readonly<Record<string, StepNetwork>> = {
  compact: { backbone: compact, recipe: drawings },
  c2f2: { backbone: c2f2, recipe: digits },
  'resnet18-64': { backbone: resnet18(64), recipe: photographs('cub') },
  'resnet18-224': { backbone: resnet18(224), recipe: photographs('cub'), bytesPerPixel: 7500, long: true },
};
