import { HoldfastError } from '../../base/errors.ts';
import type { DataSet } from '../types.ts';
import { cars196 } from './cars196.ts';
import { cub } from './cub.ts';
import { emoji } from './emoji.ts';
import { fashionMnist } from './fashion-mnist.ts';
import { folder } from './folder.ts';
import { manifest } from './manifest.ts';
import { mnist } from './mnist.ts';
import { sop } from './sop.ts';

/** Every data set that a training can name. */
export const dataSets: readonly DataSet[] = [emoji, cub, cars196, sop, mnist, fashionMnist, folder, manifest];

/** @throws HoldfastError OPTION_INVALID with the names that exist. */
export function findDataSet(name: string): DataSet {
  const found = dataSets.find((set) => set.name === name);
  if (found !== undefined) return found;
  const names = dataSets.map((set) => set.name).join(', ');
  throw new HoldfastError('OPTION_INVALID', `no data set "${name}"; there are: ${names}`);
}
