import { HoldfastError } from '../../base/errors.ts';
import type { ElementType, ExternalData, OnnxGraph, OnnxTensor, OnnxValue } from '../onnx/model.ts';
import { fuse, spellOutViews } from './fuse.ts';
import {
  type Attributes,
  BLOCKED_DOMAIN,
  type BlockedView,
  type Node,
  reachable,
  readNames,
  withNames,
} from './node.ts';
import { changeLayout } from './relayout.ts';
import { type Layout, padRank, physical, rowValue, sameSizes, type Value, type ValueType } from './value.ts';

/**
 * A size that no real axis has: it stands for "any number of images" in a program that is exported for serving.
 * Where it reaches a shape, ONNX is told to work the size out.
 */
export const ANY_BATCH = 1_000_003;

/** Whether a size depends on the number of images. */
const isOpen = (size: number): boolean => size > 0 && size % ANY_BATCH === 0;

interface NodeOptions {
  readonly multiplyAdds?: number;
  readonly role?: Node['role'];
}

interface FinishedGraph {
  readonly graph: OnnxGraph;
  readonly multiplyAdds: number;
  /** What a graph inside another reads of that one. */
  readonly captures: readonly string[];
}

/**
 * Collects ONNX nodes while a function is traced. It alone knows names, layouts and constants; equal nodes are
 * made once, and what no output needs is left out at the end. A graph inside another (the body of a loop) is a builder of
 * its own, which hands everything that does not depend on its own inputs to the one around it.
 */
export class GraphBuilder {
  /** Channels in a block of blocked images; 1 where images are not blocked. */
  readonly block: number;
  private readonly outer: GraphBuilder | undefined;
  private readonly nodes: Node[] = [];
  private readonly inputs: OnnxValue[] = [];
  /** Inputs, and what nodes make: all names that belong to this graph and not to the one around it. */
  private readonly own = new Set<string>();
  private readonly makers = new Map<string, Node>();
  private readonly constants = new Map<string, OnnxTensor>();
  private readonly known = new Map<string, string>();
  private readonly conversions = new Map<string, Value>();
  private readonly fixed = new Map<string, boolean>([['', true]]);
  private count = 0;

  constructor(block = 1, outer?: GraphBuilder) {
    this.block = block;
    this.outer = outer;
  }

  private get root(): GraphBuilder {
    return this.outer?.root ?? this;
  }

  /** A name that no value has yet; the sign in front keeps it apart from the names of inputs and results. */
  freshName(prefix = 'v'): string {
    return `$${prefix}${this.root.count++}`;
  }

  /** A value that is passed at each run, or at each turn of a loop. */
  input(name: string, type: ElementType, shape: readonly number[]): string {
    this.inputs.push({ name, type, shape: shape.map((size) => (size === ANY_BATCH ? 'n' : size)) });
    this.own.add(name);
    return name;
  }

  /** Appends a node with one output, or finds the equal one, and names its output. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, options: NodeOptions = {}): string {
    return this.nodeWithOutputs(op, inputs, attributes, 1, options)[0] as string;
  }

  nodeWithOutputs(
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    count: number,
    options: NodeOptions = {},
  ): string[] {
    return this.append({ op, inputs, attributes, multiplyAdds: 0, ...options }, count);
  }

  /** Appends one of ONNX Runtime's operators on blocked images. */
  blockedNode(
    op: string,
    inputs: readonly string[],
    attributes: Attributes,
    view: BlockedView,
    options: NodeOptions = {},
  ): string {
    const node = { domain: BLOCKED_DOMAIN, op, inputs, attributes, view, multiplyAdds: 0, ...options } as const;
    return this.append(node, 1)[0] as string;
  }

  /** Appends a node as it is; its outputs are new names. `captures` are the outside names that a graph inside it reads. */
  append(node: Omit<Node, 'outputs'>, count: number): string[] {
    const reads = [...node.inputs, ...(node.captures ?? [])];
    if (this.outer !== undefined && !reads.some((name) => this.own.has(name))) return this.outer.append(node, count);
    const key = node.captures === undefined ? keyOf(node, count) : '';
    const known = this.known.get(key);
    const first = known ?? this.freshName();
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? first : `${first}_${i}`));
    if (known !== undefined) return outputs;
    if (key !== '') this.known.set(key, first);
    const made = { ...node, outputs };
    for (const output of outputs) {
      this.own.add(output);
      this.makers.set(output, made);
    }
    this.nodes.push(made);
    return outputs;
  }

  /** The node that makes a value, here or in a graph around this one. */
  makerOf(name: string): Node | undefined {
    return this.makers.get(name) ?? this.outer?.makerOf(name);
  }

  /** Whether a value depends on constants alone, so that ONNX Runtime can compute it once, when it opens the program. */
  isFixed(name: string): boolean {
    const known = this.root.fixed.get(name);
    if (known !== undefined) return known;
    const maker = this.makerOf(name);
    const fixed = maker === undefined ? this.root.constants.has(name) : readNames(maker).every((n) => this.isFixed(n));
    this.root.fixed.set(name, fixed);
    return fixed;
  }

  /** The output of an equal node that is there already. */
  find(op: string, inputs: readonly string[], attributes: Attributes = {}): string | undefined {
    return this.known.get(keyOf({ op, inputs, attributes }, 1)) ?? this.outer?.find(op, inputs, attributes);
  }

  /** An array built into the program. */
  constant(type: ElementType, shape: readonly number[], data: Uint8Array, external?: ExternalData): string {
    if (this.outer !== undefined) return this.outer.constant(type, shape, data, external);
    const small = data.length <= 256 && external === undefined;
    const key = small ? `constant:${type}:${shape}:${Buffer.from(data).toString('hex')}` : '';
    const known = small ? this.known.get(key) : undefined;
    if (known !== undefined) return known;
    const name = this.freshName('c');
    this.constants.set(name, { name, type, shape, data, ...(external && { external }) });
    if (small) this.known.set(key, name);
    return name;
  }

  /** A list of 64-bit integers: shapes, axes, starts and ends. */
  integers(...values: number[]): string {
    return this.constant('int64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
  }

  /** One number, under a shape of ones. */
  scalar(value: number, type: ValueType, shape: readonly number[] = []): string {
    const data = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[type].of(value);
    return this.constant(type, shape, new Uint8Array(data.buffer));
  }

  /** All elements equal to one number. It costs nothing until it meets an operation that needs the elements. */
  uniform(value: number, shape: readonly number[], type: ValueType = 'float32'): Value {
    return { name: '', type, shape, stored: shape.map(() => 1), layout: 'row', uniform: value };
  }

  /** The ONNX name of a value as it is stored; what it names has as many axes as the value. */
  name(value: Value): string {
    if (value.uniform === undefined) return value.name;
    return this.scalar(value.uniform, value.type, value.stored);
  }

  /** The sizes of a value as they lie in memory. */
  memory(value: Value): number[] {
    return physical(value.stored, value.layout, this.block);
  }

  /** Whether images with so many channels can be blocked. */
  blocks(channels: number): boolean {
    return this.block > 1 && channels % this.block === 0;
  }

  /** The value in a layout, still broadcast where it was. For the layouts of images its rank becomes four. */
  withLayout(value: Value, layout: Layout): Value {
    if (value.layout === layout) return value;
    const shape = layout === 'row' ? value.shape : padRank(value.shape, 4);
    if (value.uniform !== undefined) return { ...this.uniform(value.uniform, shape, value.type), layout };
    const key = `${value.layout}:${layout}:${value.name}:${value.stored}`;
    const known = this.conversions.get(key);
    if (known !== undefined) return { ...known, shape };
    const converted = changeLayout(this, { ...value, shape }, layout);
    this.conversions.set(key, converted);
    return converted;
  }

  /** The value with every element stored. */
  expanded(value: Value): Value {
    if (value.uniform === undefined && sameSizes(value.stored, value.shape)) return value;
    const layout =
      this.block > 1 && value.layout === 'blocked' && !this.blocks(value.shape[3] ?? 1) ? 'row' : value.layout;
    const source = this.withLayout(value, layout);
    const from = this.memory(source);
    const to = physical(value.shape, layout, this.block);
    // Axes that are stored already get a 1, which leaves them as they are: their size need not be known.
    const sizes = to.map((size, axis) => (from[axis] === size ? 1 : size));
    if (sizes.some(isOpen)) {
      throw new HoldfastError('TRACE_INVALID', `shape [${value.shape}] repeats elements for an open number of images`);
    }
    const name = this.node('Expand', [this.name(source), this.integers(...sizes)]);
    return { ...rowValue(name, value.type, value.shape), layout };
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
    return { ...rowValue(this.reshaped(source.name, stored), value.type, shape), stored };
  }

  /** The name of the same elements under other sizes. */
  reshaped(name: string, sizes: readonly number[]): string {
    const unknown = sizes.filter(isOpen);
    if (unknown.length > 1 || unknown.some((size) => size !== ANY_BATCH)) {
      throw new HoldfastError(
        'TRACE_INVALID',
        `shape [${sizes}] mixes the images of a batch; serve it one image at a time`,
      );
    }
    const open = unknown.length === 1;
    // A size of 0 would mean "as before" unless said otherwise.
    const attributes: Attributes = sizes.includes(0) ? { allowzero: 1 } : {};
    return this.node(
      'Reshape',
      [name, this.integers(...sizes.map((s) => (open && s === ANY_BATCH ? -1 : s)))],
      attributes,
    );
  }

  /**
   * The finished graph with the values in `outputs` as its results, in row order under their names.
   * @throws HoldfastError TRACE_INVALID for a result that has the name of an input.
   */
  finish(name: string, outputs: ReadonlyMap<string, Value>): FinishedGraph {
    const declared: OnnxValue[] = [];
    const renamed = new Map<string, string>();
    const copies: Node[] = [];
    const captured = new Set(this.nodes.flatMap(({ captures = [] }) => captures));
    for (const [path, value] of outputs) {
      if (this.own.has(path)) throw new HoldfastError('TRACE_INVALID', `an input and a result are both called ${path}`);
      const { name: stored, shape, type } = this.row(value);
      declared.push({ name: path, type, shape: shape.map((size) => (size === ANY_BATCH ? 'n' : size)) });
      // What a node of this graph makes gets the name of the result; what comes from elsewhere, and what a graph inside
      // another reads by its name, is copied.
      const free = this.makers.has(stored) && !renamed.has(stored) && !captured.has(stored);
      if (free) renamed.set(stored, path);
      else copies.push({ op: 'Identity', inputs: [stored], outputs: [path], attributes: {}, multiplyAdds: 0 });
    }
    const all = [...this.nodes, ...copies].map((node) => withNames(node, renamed));
    const wanted = [...outputs.keys()];
    const fused = fuse(reachable(all, wanted), wanted, this);
    // Where one operator on blocked images follows another, the reshape between them is wanted by nobody.
    const nodes = reachable(spellOutViews(fused, this), wanted);
    return {
      graph: { name, nodes, constants: this.constantsOf(nodes), inputs: this.inputs, outputs: declared },
      multiplyAdds: nodes.reduce((sum, node) => sum + node.multiplyAdds, 0),
      captures: this.outer === undefined ? [] : foreignNames(nodes, this.inputs),
    };
  }

  private constantsOf(nodes: readonly Node[]): OnnxTensor[] {
    const used = new Set(nodes.flatMap(readNames));
    return [...this.constants.values()].filter((constant) => used.has(constant.name));
  }
}

/** The names that nodes read and neither make nor get as inputs. */
function foreignNames(nodes: readonly Node[], inputs: readonly OnnxValue[]): string[] {
  const made = new Set([...nodes.flatMap(({ outputs }) => outputs), ...inputs.map(({ name }) => name)]);
  return [...new Set(nodes.flatMap(readNames))].filter((name) => name !== '' && !made.has(name));
}

/** Equal nodes have equal keys. */
function keyOf(node: Pick<Node, 'op' | 'inputs' | 'attributes' | 'view'>, outputs: number): string {
  return JSON.stringify([node.op, node.inputs, node.attributes, outputs, node.view]);
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
