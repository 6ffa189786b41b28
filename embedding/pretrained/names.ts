import type { Backbone } from '../types.ts';
import { torchShape } from './layout.ts';
import type { Maps, Naming, TorchNetwork } from './types.ts';

/** One parameter here and in PyTorch. */
export interface Row {
  /** Our name. */
  readonly parameter: string;
  /** The name in a state dict. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** The shape in PyTorch. */
  readonly torchShape: readonly number[];
  readonly maps: Maps | undefined;
}

/** The ending of a state dict's name, and whether it is in the module of the normalisation. */
const KINDS: Readonly<Record<string, { readonly ending: string; readonly norm: boolean }>> = {
  kernel: { ending: 'weight', norm: false },
  bias: { ending: 'bias', norm: false },
  scale: { ending: 'weight', norm: true },
  shift: { ending: 'bias', norm: true },
  mean: { ending: 'running_mean', norm: true },
  variance: { ending: 'running_var', norm: true },
};

/** All parameters of a backbone with their names in PyTorch: the table that reading and writing share. */
export function namesOf(network: TorchNetwork, naming: Naming, { parameters }: Pick<Backbone, 'parameters'>): Row[] {
  return Object.entries(parameters).map(([parameter, shape]) => {
    const at = parameter.lastIndexOf('.');
    const layer = parameter.slice(0, at);
    const kind = KINDS[parameter.slice(at + 1)];
    const modules = naming.modules(layer);
    const module = kind?.norm ? modules.norm : modules.layer;
    if (kind === undefined || module === undefined)
      throw new RangeError(`no name for ${parameter} in ${naming.library}`);
    return {
      parameter,
      tensor: `${module}.${kind.ending}`,
      shape,
      torchShape: torchShape(shape),
      maps: parameter.endsWith('.kernel') ? network.flattened[layer] : undefined,
    };
  });
}

/** The counter of batches that PyTorch's batch normalisation keeps beside its mean and that nothing here needs. */
export function counterNames(rows: readonly Row[]): Set<string> {
  const means = rows.map(({ tensor }) => tensor).filter((tensor) => tensor.endsWith('.running_mean'));
  return new Set(means.map((tensor) => tensor.replace(/running_mean$/, 'num_batches_tracked')));
}

/** Whether a parameter is one of the head, which may be missing. */
export function isHead(parameter: string): boolean {
  return parameter.startsWith('head.');
}
