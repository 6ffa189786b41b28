import { HoldfastError } from '../../base/errors.ts';
import type { Backbone } from '../../embedding/types.ts';
import type { DataSet } from '../types.ts';
import { emoji } from './emoji.ts';

/** Every data set that a training can name. */
export const dataSets: readonly DataSet[] = [emoji];

/** @throws HoldfastError OPTION_INVALID with the names that exist. */
export function findDataSet(name: string): DataSet {
  const found = dataSets.find((set) => set.name === name);
  if (found !== undefined) return found;
  const names = dataSets.map((set) => set.name).join(', ');
  throw new HoldfastError('OPTION_INVALID', `no data set "${name}"; there are: ${names}`);
}

/** The data set of that name for a network. @throws HoldfastError OPTION_INVALID where its pictures have other channels. */
export function dataSetFor(backbone: Backbone, name: string): DataSet {
  const found = findDataSet(name);
  if (found.channels === backbone.channels) return found;
  throw new HoldfastError(
    'OPTION_INVALID',
    `the backbone ${backbone.name} takes pictures of ${backbone.channels} channel(s); those of ${name} have ${found.channels}`,
  );
}
