import { HoldfastError } from '../../base/errors.ts';
import type { Backbone } from '../types.ts';
import { c2f2 } from './c2f2.ts';
import { compact } from './compact.ts';
import { lenet } from './lenet.ts';
import { mnasnet } from './mnasnet.ts';
import { resnet18, resnet50 } from './resnet.ts';

/** Every network that a model version can name. */
export const backbones: Readonly<Record<string, Backbone>> = {
  compact,
  c2f2,
  lenet,
  resnet18: resnet18(),
  resnet50: resnet50(),
  mnasnet: mnasnet(),
};

/** @throws HoldfastError OPTION_INVALID with the names that exist. */
export function findBackbone(name: string): Backbone {
  const backbone = backbones[name];
  if (backbone === undefined || !Object.hasOwn(backbones, name)) {
    throw new HoldfastError('OPTION_INVALID', `no backbone "${name}"; there are: ${Object.keys(backbones).join(', ')}`);
  }
  return backbone;
}
