import type { Backbone } from '../../embedding/types.ts';
import type { Recipe } from '../recipe.ts';
import { digits } from './digits.ts';
import { drawings } from './drawings.ts';
import { photographs } from './photographs.ts';

export { digits, drawings, photographs };

/** A network of this many pixels a side takes photographs; a smaller one, drawings. */
const PHOTOGRAPH_SIZE = 112;

/**
 * The recipe for a data set and a network: drawings for the emoji set, digits for grey pictures, and for other sets photographs or,
 * where the network is small, drawings.
 */
export function recipeFor(dataSet: string, { channels, size }: Pick<Backbone, 'channels' | 'size'>): Recipe {
  if (dataSet === 'emoji') return drawings;
  if (channels === 1) return digits;
  return size >= PHOTOGRAPH_SIZE ? photographs(dataSet) : drawings;
}
