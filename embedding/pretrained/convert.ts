import type { Random } from '../../base/random.ts';
import { initialWeights } from '../backbones/init.ts';
import type { Backbone, Weights } from '../types.ts';
import { fromTorch } from './layout.ts';
import { isHead, namesOf, type Row } from './names.ts';
import type { Naming, Refuse, TorchNetwork, TorchTensors } from './types.ts';

/** All weights of a backbone, in the order of its parameters; a head that is not there is drawn. */
export function toWeights(
  tensors: TorchTensors,
  backbone: Backbone,
  network: TorchNetwork,
  random: Random,
  refuse: Refuse,
): { readonly weights: Weights; readonly missingHead: boolean } {
  const rows = namesOf(network, network.namings[0] as Naming, backbone);
  const heads = rows.filter(({ parameter }) => isHead(parameter));
  const absent = heads.filter(({ parameter }) => tensors[parameter] === undefined);
  const missingHead = absent.length === heads.length;
  if (absent.length > 0 && !missingHead) refuse(`half a head: no ${absent.map(({ tensor }) => tensor).join()}`);
  const fresh = missingHead
    ? initialWeights(Object.fromEntries(heads.map(({ parameter, shape }) => [parameter, shape])), random)
    : {};
  const convert = ({ parameter, shape, maps }: Row) => {
    const { source, array } = tensors[parameter] ?? refuse(`nothing for ${parameter}`);
    const isVariance = parameter.endsWith('.variance');
    const wrong = array.data.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
    if (wrong >= 0) refuse(`"${source}" has the value ${array.data[wrong]}`);
    return fromTorch(array.data, shape, maps);
  };
  const entries = rows.map((row) => [row.parameter, fresh[row.parameter] ?? convert(row)] as const);
  return { weights: Object.fromEntries(entries), missingHead };
}
