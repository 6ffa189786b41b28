import type { Attribute, OnnxNode } from '../onnx/model.ts';

export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * How an operator on blocked images sees its operands: it knows four axes only, N, C, H, W, over memory in blocks.
 * A reshape, which moves nothing, stands between that and the sizes in memory.
 */
export interface BlockedView {
  /** The four sizes of each input; undefined for an input that is taken as it is. */
  readonly inputs: readonly (readonly number[] | undefined)[];
  /** The four sizes of the output. */
  readonly output: readonly number[];
  /** The output's sizes in memory; undefined where it is left with the four. */
  readonly memory?: readonly number[];
}

/** A node of a graph that is being built. */
export interface Node extends OnnxNode {
  readonly multiplyAdds: number;
  /** Names from outside that the graphs in its attributes use. */
  readonly captures?: readonly string[];
  readonly view?: BlockedView;
  /** What those who fuse it with others have to know of it. */
  readonly role?: 'shift' | 'sum of images' | 'product of images';
}

export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

/** The names that a node reads. */
export function readNames(node: Node): readonly string[] {
  return node.captures === undefined ? node.inputs : [...node.inputs, ...node.captures];
}

/** The nodes that the wanted names depend on, in their order. */
export function reachable(nodes: readonly Node[], wanted: Iterable<string>): Node[] {
  const needed = new Set(wanted);
  const kept: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    kept.push(node);
    for (const name of readNames(node)) needed.add(name);
  }
  return kept.reverse();
}

/** The node with other names in place of some, none of which a graph in its attributes may read. */
export function withNames(node: Node, names: ReadonlyMap<string, string>): Node {
  const renamed = (name: string): string => names.get(name) ?? name;
  return { ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) };
}
