import { findBackbone } from '../backbones/index.ts';
import { type RawTensor, readSafetensors } from '../safetensors.ts';
import type { Backbone } from '../types.ts';
import { FLOAT_SIZES, type FloatType, toFloat32 } from './elements.ts';
import { counterNames, isHead, namesOf, type Row } from './names.ts';
import { torchNetworks } from './networks.ts';
import type { Refuse, TorchNetwork, TorchTensor, TorchTensors } from './types.ts';

/** Integers are allowed for the counters of batch normalisation. */
const SIZES = { ...FLOAT_SIZES, I64: 8, I32: 4 } as const;
type Tensors = ReadonlyMap<string, RawTensor<keyof typeof SIZES>>;

/** What modules around a network put before all its names: RobRank, Lightning and wrappers for several GPUs. */
const WRAPPERS = ['module.', 'backbone.', 'model.'];

/** The parameters of a backbone in a safetensors file with the names of a state dict. Each tensor is accounted for. */
export function readStateDict(
  bytes: Uint8Array,
  backbone: Backbone,
  network: TorchNetwork,
  refuse: Refuse,
): { readonly tensors: TorchTensors; readonly ignored: readonly string[]; readonly library: string } {
  const { entries } = readSafetensors(bytes, SIZES, refuse);
  const { prefix, tensors } = unwrap(new Map(Object.entries(entries)));
  const tables = network.namings.map(({ library, modules }) => ({
    library,
    rows: namesOf(network, { library, modules }, backbone),
  }));
  const counted = tables.map((table) => ({ ...table, count: matches(table.rows, tensors) }));
  const { library, rows, count } = counted.reduce((best, table) => (table.count > best.count ? table : best));
  const describe = (problem: string): never => refuse(`${problem}${otherNetwork(tensors, backbone.name)}`);
  if (count === 0) describe(`no tensor of ${backbone.name}; there are ${listed([...tensors.keys()])}`);

  const missing = rows.filter(({ parameter, tensor }) => !isHead(parameter) && !tensors.has(tensor));
  if (missing.length > 0) describe(`${backbone.name} needs ${listed(missing.map(({ tensor }) => prefix + tensor))}`);
  const extra = extraNames(rows, tensors);
  if (extra.length > 0) describe(`${backbone.name} has no place for ${listed(extra.map((name) => prefix + name))}`);

  const classifier = classifierOf(rows, tensors, network.classes);
  const taken = rows.filter(({ parameter, tensor }) => tensors.has(tensor) && !(classifier && isHead(parameter)));
  const wrong = taken.find(({ tensor, torchShape }) => tensors.get(tensor)?.shape.join() !== torchShape.join());
  if (wrong !== undefined) {
    const { tensor, torchShape } = wrong;
    describe(`"${prefix}${tensor}" is [${tensors.get(tensor)?.shape}], ${backbone.name} has [${torchShape}]`);
  }
  const read = ({ parameter, tensor }: Row): [string, TorchTensor] => {
    const { dtype, shape, data } = tensors.get(tensor) as RawTensor<keyof typeof SIZES>;
    if (!isFloat(dtype)) return refuse(`"${prefix}${tensor}" has integers (${dtype}) for weights`);
    return [parameter, { source: prefix + tensor, array: { shape, data: toFloat32(data, dtype) } }];
  };
  const used = new Set(taken.map(({ tensor }) => tensor));
  return {
    tensors: Object.fromEntries(taken.map(read)),
    ignored: [...tensors.keys()].filter((name) => !used.has(name)).map((name) => prefix + name),
    library,
  };
}

/** The tensors without what stands before all their names. */
function unwrap(tensors: Tensors): { readonly prefix: string; readonly tensors: Tensors } {
  const names = [...tensors.keys()];
  const wrapper = WRAPPERS.find((prefix) => names.length > 0 && names.every((name) => name.startsWith(prefix)));
  if (wrapper === undefined) return { prefix: '', tensors };
  const inner = unwrap(new Map([...tensors].map(([name, tensor]) => [name.slice(wrapper.length), tensor])));
  return { prefix: wrapper + inner.prefix, tensors: inner.tensors };
}

function matches(rows: readonly Row[], tensors: Tensors): number {
  return rows.filter(({ tensor }) => tensors.has(tensor)).length;
}

/** Names of the file that are not in the table, and are no counters of its layers. */
function extraNames(rows: readonly Row[], tensors: Tensors): string[] {
  const known = new Set([...rows.map(({ tensor }) => tensor), ...counterNames(rows)]);
  const extra = [...tensors.keys()].filter((name) => !known.has(name));
  // Weights say more than the counters of further layers.
  return extra.sort((a, b) => Number(a.endsWith('_tracked')) - Number(b.endsWith('_tracked')));
}

/** Whether the head's tensors are there and are those of a classifier, which is left behind. */
function classifierOf(rows: readonly Row[], tensors: Tensors, classes: number): boolean {
  const head = rows.filter(({ parameter }) => isHead(parameter));
  return head.every(({ tensor, torchShape }) => {
    const shape = [classes, ...torchShape.slice(1)];
    return torchShape[0] !== classes && tensors.get(tensor)?.shape.join() === shape.join();
  });
}

/** The name of the backbone whose parameters these are, if there is one. */
function otherNetwork(tensors: Tensors, name: string): string {
  const fits = (rows: readonly Row[]): boolean =>
    extraNames(rows, tensors).length === 0 &&
    rows.every(
      ({ parameter, tensor, torchShape }) =>
        isHead(parameter) || tensors.get(tensor)?.shape.join() === torchShape.join(),
    );
  const other = torchNetworks.find(
    (network) =>
      network.backbone !== name &&
      network.namings.some((naming) => fits(namesOf(network, naming, findBackbone(network.backbone)))),
  );
  return other === undefined ? '' : `; the file is of ${other.backbone}`;
}

function isFloat(dtype: string): dtype is FloatType {
  return Object.hasOwn(FLOAT_SIZES, dtype);
}

/** The first names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
