import { HoldfastError } from '../../base/errors.ts';
import type {
  Attribute,
  ElementType,
  ExternalData,
  OnnxGraph,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from '../onnx/model.ts';
import {
  FROM_CHANNELS_FIRST,
  type Layout,
  padRank,
  physical,
  sameSizes,
  TO_CHANNELS_FIRST,
  type Value,
  type ValueType,
} from './value.ts';

/**
 * A size that no real axis has: it stands for "any number of images" in a program that is exported for serving.
 * Where it reaches a shape, ONNX is told to work the size out.
 */
export const ANY_BATCH = 1_000_003;

interface Node extends OnnxNode {
  readonly multiplyAdds: number;
}

type Attributes = Readonly<Record<string, Attribute>>;

/**
 * Collects ONNX nodes while a function is traced. It alone knows names, layouts and constants; equal nodes are
 * made once, and what no output needs is left out at the end.
 */
export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly inputs: OnnxValue[] = [];
  private readonly constants = new Map<string, OnnxTensor>();
  private readonly known = new Map<string, string>();
  private readonly conversions = new Map<string, Value>();
  private count = 0;

  /** A value that is passed at each run. */
  input(name: string, type: 'float32' | 'int32', shape: readonly number[]): Value {
    const sizes = shape.map((size) => (size === ANY_BATCH ? 'n' : size));
    this.inputs.push({ name, type, shape: sizes });
    return { name, type, shape, stored: shape, layout: 'row' };
  }

  /** Appends a node with one output, or finds the equal one, and names its output. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, multiplyAdds = 0): string {
    return this.nodeWithOutputs(op, inputs, attributes, 1, multiplyAdds)[0] as string;
  }

  nodeWithOutputs(
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    count: number,
    multiplyAdds = 0,
  ): string[] {
    const key = JSON.stringify([op, inputs, attributes]);
    const first = this.known.get(key) ?? `v${this.count++}`;
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? first : `${first}_${i}`));
    if (!this.known.has(key)) {
      this.known.set(key, first);
      this.nodes.push({ op, inputs, outputs, attributes, multiplyAdds });
    }
    return outputs;
  }

  /** An array built into the program. */
  constant(type: ElementType, shape: readonly number[], data: Uint8Array, external?: ExternalData): string {
    const small = data.length <= 256 && external === undefined;
    const key = small ? `constant:${type}:${shape}:${Buffer.from(data).toString('hex')}` : '';
    const known = small ? this.known.get(key) : undefined;
    if (known !== undefined) return known;
    const name = `c${this.count++}`;
    this.constants.set(name, { name, type, shape, data, ...(external && { external }) });
    if (small) this.known.set(key, name);
    return name;
  }

  /** A list of 64-bit integers: shapes, axes, starts and ends. */
  integers(...values: number[]): string {
    return this.constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
  }

  scalar(value: number, type: ValueType): string {
    const data = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[type].of(value);
    return this.constant(type, [], new Uint8Array(data.buffer));
  }

  /** All elements equal to one number. It costs nothing until it meets an operation that needs the elements. */
  uniform(value: number, shape: readonly number[], type: ValueType = 'float32'): Value {
    return { name: '', type, shape, stored: shape.map(() => 1), layout: 'row', uniform: value };
  }

  /** The ONNX name of a value as it is stored. */
  name(value: Value): string {
    if (value.uniform === undefined) return value.name;
    return this.scalar(value.uniform, value.type);
  }

  /** The value in a layout, still broadcast where it was. For `channelsFirst` its rank becomes four. */
  withLayout(value: Value, layout: Layout): Value {
    if (value.layout === layout || value.uniform !== undefined) return value;
    const shape = layout === 'channelsFirst' ? padRank(value.shape, 4) : value.shape;
    const stored = layout === 'channelsFirst' ? padRank(value.stored, 4) : value.stored;
    const key = `${layout}:${value.name}:${value.stored}`;
    const known = this.conversions.get(key);
    if (known !== undefined) return { ...known, shape };
    const [, height, width, channels] = stored as [number, number, number, number];
    // Without extent in space, or with one channel, both layouts have the elements in the same order.
    const alike = height * width === 1 || channels === 1;
    const name = alike
      ? this.reshapeNode(value.name, physical(stored, layout))
      : this.transposed(value, stored, layout);
    const converted: Value = { ...value, name, shape, stored, layout };
    this.conversions.set(key, converted);
    return converted;
  }

  private transposed(value: Value, stored: readonly number[], layout: Layout): string {
    const source = value.stored.length === 4 ? value.name : this.reshapeNode(value.name, stored);
    return this.node('Transpose', [source], {
      perm: [...(layout === 'channelsFirst' ? TO_CHANNELS_FIRST : FROM_CHANNELS_FIRST)],
    });
  }

  /** The value with every element stored. */
  expanded(value: Value): Value {
    if (value.uniform === undefined && sameSizes(value.stored, value.shape)) return value;
    const from = physical(value.uniform === undefined ? value.stored : value.shape.map(() => 1), value.layout);
    const to = physical(value.shape, value.layout);
    // Axes that are stored already get a 1, which leaves them as they are: their size need not be known.
    const sizes = to.map((size, axis) => (from[axis] === size ? 1 : size));
    const name = this.node('Expand', [this.name(value), this.integers(...sizes)]);
    return { name, type: value.type, shape: value.shape, stored: value.shape, layout: value.layout };
  }

  /** The value with every element stored in the order of its shape: what most operations work on. */
  row(value: Value): Value {
    return this.expanded(this.withLayout(value, 'row'));
  }

  /** Another shape over the same elements in the same order. */
  reshape(value: Value, shape: readonly number[]): Value {
    if (value.uniform !== undefined) return this.uniform(value.uniform, shape, value.type);
    if (sameSizes(value.shape, shape)) return value;
    const kept = squeezeEquivalent(value, shape);
    const source = kept === undefined ? this.row(value) : this.withLayout(value, 'row');
    const stored = kept ?? shape;
    return { name: this.reshapeNode(source.name, stored), type: value.type, shape, stored, layout: 'row' };
  }

  private reshapeNode(name: string, sizes: readonly number[]): string {
    const unknown = sizes.filter((size) => size % ANY_BATCH === 0 && size > 0);
    if (unknown.length > 1 || unknown.some((size) => size !== ANY_BATCH)) {
      throw new HoldfastError(
        'TRACE_INVALID',
        `shape [${sizes}] mixes the images of a batch; serve it one image at a time`,
      );
    }
    return this.node('Reshape', [name, this.integers(...sizes.map((size) => (size === ANY_BATCH ? -1 : size)))]);
  }

  /** The finished graph with the values in `outputs` as its results, in row order under their names. */
  finish(name: string, outputs: ReadonlyMap<string, Value>): { graph: OnnxGraph; multiplyAdds: number } {
    const declared: OnnxValue[] = [];
    const results: Node[] = [];
    for (const [path, value] of outputs) {
      const stored = this.row(value);
      const shape = stored.shape.map((size) => (size === ANY_BATCH ? 'n' : size));
      results.push({ op: 'Identity', inputs: [stored.name], outputs: [path], attributes: {}, multiplyAdds: 0 });
      declared.push({ name: path, type: stored.type, shape });
    }
    const nodes = reachable([...this.nodes, ...results], new Set(outputs.keys()));
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const constants = [...this.constants.values()].filter((constant) => used.has(constant.name));
    return {
      graph: { name, nodes, constants, inputs: this.inputs, outputs: declared },
      multiplyAdds: nodes.reduce((sum, node) => sum + node.multiplyAdds, 0),
    };
  }
}

/** The stored sizes of a value under a shape that differs only by axes of size one, else undefined. */
function squeezeEquivalent(value: Value, shape: readonly number[]): number[] | undefined {
  const sizes = value.shape
    .map((size, axis) => ({ size, stored: value.stored[axis] as number }))
    .filter((a) => a.size !== 1);
  const wanted = shape.filter((size) => size !== 1);
  if (
    !sameSizes(
      sizes.map((a) => a.size),
      wanted,
    )
  )
    return undefined;
  let next = 0;
  return shape.map((size) => (size === 1 ? 1 : (sizes[next++]?.stored as number)));
}

/** The nodes that the wanted names depend on, in their order. */
function reachable(nodes: readonly Node[], wanted: Set<string>): Node[] {
  const kept: Node[] = [];
  for (const node of [...nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return kept.reverse();
}
