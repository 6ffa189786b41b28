import { HoldfastError } from '../../base/errors.ts';
import type { Backbone } from '../types.ts';
import { compact } from './compact.ts';

/** Every network that a model version can name. */
export const backbones: Readonly<Record<string, Backbone>> = { compact };

/** @throws HoldfastError OPTION_INVALID with the names that exist. */
export function findBackbone(name: string): Backbone {
  const backbone = backbones[name];
  if (backbone === undefined || !Object.hasOwn(backbones, name)) {
    throw new HoldfastError('OPTION_INVALID', `no backbone "${name}"; there are: ${Object.keys(backbones).join(', ')}`);
  }
  return backbone;
}
