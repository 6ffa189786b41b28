import { BLOCKED_DOMAIN, type BlockedView, type Node, readNames } from './node.ts';

/** What a fusion needs beside the nodes: constants, and names for what it adds. */
export interface FuseTools {
  integers(...values: number[]): string;
  freshName(): string;
}

type Convolution = Node & { readonly view: BlockedView };

function isConvolution(node: Node | undefined): node is Convolution {
  return node?.domain === BLOCKED_DOMAIN && node.op === 'Conv' && node.view !== undefined;
}

const [BIAS, SUM] = [2, 3];
const has = (node: Node, input: number): boolean => (node.inputs[input] ?? '') !== '';

/** A copy of a convolution with one more input. */
function withInput(node: Convolution, place: number, name: string, sizes?: readonly number[]): Convolution {
  const inputs = Array.from({ length: Math.max(place + 1, node.inputs.length) }, (_, i) => node.inputs[i] ?? '');
  const views = inputs.map((_, i) => node.view.inputs[i]);
  inputs[place] = name;
  views[place] = sizes;
  return { ...node, inputs, view: { ...node.view, inputs: views } };
}

/**
 * Lets convolutions of blocked images do what follows them while their results are still in registers: add a bias and
 * another image, and cut off below zero. Only where nothing else reads what is in between.
 */
export function fuse(nodes: readonly Node[], wanted: Iterable<string>, tools: FuseTools): Node[] {
  const uses = new Map<string, number>();
  const count = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const node of nodes) for (const name of readNames(node)) count(name);
  for (const name of wanted) count(name);

  const slots: (Node | undefined)[] = [];
  const places = new Map<string, number>();
  const place = (node: Node): void => {
    for (const output of node.outputs) places.set(output, slots.length);
    slots.push(node);
  };
  /** The convolution that makes a value which only one node reads. */
  const onlyFor = (name: string): Convolution | undefined => {
    const node = uses.get(name) === 1 ? slots[places.get(name) ?? -1] : undefined;
    return isConvolution(node) && node.attributes.activation === undefined ? node : undefined;
  };
  const replace = (old: Convolution, by: Convolution): void => {
    slots[places.get(old.outputs[0] as string) as number] = undefined;
    place(by);
  };
  for (const node of nodes) {
    const [first = '', second = ''] = node.inputs;
    const outputs = node.outputs;
    const source = onlyFor(first);
    if (node.role === 'shift' && isConvolution(node) && summable(source) && !has(source, BIAS)) {
      const bias = biasFor(source, node, tools);
      if (bias !== undefined) {
        bias.nodes.forEach(place);
        replace(source, { ...withInput(source, BIAS, bias.name), outputs });
        continue;
      }
    }
    if (node.role === 'sum of images') {
      const [conv, other] = summable(source) ? [source, second] : [onlyFor(second), first];
      if (summable(conv)) {
        replace(conv, { ...withInput(conv, SUM, other, conv.view.output), outputs });
        continue;
      }
    }
    if (node.op === 'Relu' && source !== undefined) {
      replace(source, { ...source, outputs, attributes: { ...source.attributes, activation: 'Relu' } });
      continue;
    }
    place(node);
  }
  return slots.filter((node) => node !== undefined);
}

/** Whether a convolution adds no image yet. */
function summable(node: Convolution | undefined): node is Convolution {
  return node !== undefined && !has(node, SUM);
}

/** The bias of a shift as a convolution takes it, which may see images times channels where the shift sees channels. */
function biasFor(conv: Convolution, shift: Convolution, tools: FuseTools): { name: string; nodes: Node[] } | undefined {
  const bias = shift.inputs[BIAS] as string;
  const [wanted, given] = [conv.view.output[1] as number, shift.view.output[1] as number];
  if (wanted === given) return { name: bias, nodes: [] };
  const [images] = shift.view.output;
  if (wanted !== given * (images as number)) return undefined;
  const [spread, name] = [tools.freshName(), tools.freshName()];
  const nodes: Node[] = [
    {
      op: 'Expand',
      inputs: [bias, tools.integers(images as number, given)],
      outputs: [spread],
      attributes: {},
      multiplyAdds: 0,
    },
    { op: 'Reshape', inputs: [spread, tools.integers(wanted)], outputs: [name], attributes: {}, multiplyAdds: 0 },
  ];
  return { name, nodes };
}

/** Spells out the reshapes around the operators on blocked images. */
export function spellOutViews(nodes: readonly Node[], tools: FuseTools): Node[] {
  const seen = new Map<string, string>();
  const result: Node[] = [];
  const reshaped = (source: string, sizes: readonly number[]): string => {
    const key = `${source}:${sizes}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const name = tools.freshName();
    seen.set(key, name);
    result.push(reshape(source, sizes, name, tools));
    return name;
  };
  for (const node of nodes) {
    const { view } = node;
    if (view === undefined) {
      result.push(node);
      continue;
    }
    const inputs = node.inputs.map((name, i) => {
      const sizes = view.inputs[i];
      return sizes === undefined ? name : reshaped(name, sizes);
    });
    const [output = ''] = node.outputs;
    if (view.memory === undefined) {
      result.push({ ...node, inputs });
      continue;
    }
    const raw = tools.freshName();
    seen.set(`${output}:${view.output}`, raw);
    result.push({ ...node, inputs, outputs: [raw] }, reshape(raw, view.memory, output, tools));
  }
  return result;
}

function reshape(source: string, sizes: readonly number[], output: string, tools: FuseTools): Node {
  return {
    op: 'Reshape',
    inputs: [source, tools.integers(...sizes)],
    outputs: [output],
    attributes: {},
    multiplyAdds: 0,
  };
}
