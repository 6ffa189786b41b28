import type { FileGraph, FileNode, FileTensor } from '../../engine/onnx/decode.ts';
import type { Backbone } from '../types.ts';
import { type GraphLayer, layerParameters } from './graph-layers.ts';
import { operations, titleOf } from './graph-operations.ts';
import { torchShape } from './layout.ts';
import { isFloating, type ReadBeside, readTensor } from './onnx-tensors.ts';
import { PIXELS, Sketch } from './sketch.ts';
import { listed } from './state-dict.ts';
import type { Refuse, TorchNetwork, TorchTensor, TorchTensors } from './types.ts';

/**
 * A graph that is compared with what a backbone computes: each value is an expression of the backbone's layers (`Sketch`),
 * and a convolution or matrix is taken for the layer that reads the same expression with a kernel of the same shape.
 * Neither names nor the order of nodes matter, which differ between exporters.
 */
export class GraphReader {
  readonly layers = new Map<string, GraphLayer>();
  readonly values = new Map<string, string>();
  readonly refuse: Refuse;
  private readonly backbone: Backbone;
  private readonly sketch: Sketch;
  private readonly classes: number;
  private readonly constants = new Map<string, FileTensor>();
  private readonly unused = new Set<FileTensor>();
  private readonly beside: ReadBeside;

  constructor(graph: FileGraph, backbone: Backbone, network: TorchNetwork, beside: ReadBeside, refuse: Refuse) {
    this.refuse = refuse;
    this.backbone = backbone;
    this.beside = beside;
    this.classes = network.classes;
    this.sketch = new Sketch(backbone);
    network.draw(this.sketch, backbone);
    for (const tensor of graph.constants) this.addConstant(tensor.name, tensor);
    const inputs = graph.inputs.filter((name) => !this.constants.has(name));
    if (inputs.length !== 1)
      refuse(`the graph has the inputs ${inputs.join(', ') || 'none'} instead of one for images`);
    this.values.set(inputs.join(), PIXELS);
  }

  /** Makes a tensor known under a name. */
  addConstant(name: string, tensor: FileTensor): void {
    this.constants.set(name, tensor);
    if (isFloating(tensor)) this.unused.add(tensor);
  }

  /** The tensor of that name, without counting as its use. */
  constant(name: string | undefined): FileTensor | undefined {
    return name === undefined ? undefined : this.constants.get(name);
  }

  /** The elements of a constant input, of which each file has one use at least. */
  take(node: FileNode, input: number): TorchTensor {
    const source = node.inputs[input] ?? '';
    const tensor = this.constant(source) ?? this.refuse(`"${source}" of ${titleOf(node)} is computed, not a weight`);
    this.unused.delete(tensor);
    return { source, array: readTensor(tensor, this.beside, this.refuse) };
  }

  /** The expression of a computed input. */
  expression(node: FileNode, input: number): string {
    const name = node.inputs[input] ?? '';
    return this.values.get(name) ?? this.refuse(`"${name}" of ${titleOf(node)} is computed nowhere`);
  }

  /** Finds the layer that a node is. @param array its kernel or matrix in PyTorch's layout. */
  place(node: FileNode, input: string, weight: TorchTensor, stride = 1, pad = 0): string {
    const { shape } = weight.array;
    const found = [...this.sketch.places].find(
      ([name, place]) =>
        !this.layers.has(name) &&
        place.input === input &&
        place.stride === stride &&
        place.pad === pad &&
        this.shapesOf(name).includes(shape.join()),
    );
    if (found === undefined) {
      const detail = `"${weight.source}" [${shape}] at stride ${stride} with padding ${pad}`;
      return this.refuse(`${this.backbone.name} has no layer like ${titleOf(node)} with ${detail} in its place`);
    }
    this.layers.set(found[0], { weight });
    return found[0];
  }

  /** Shapes that the kernel of a layer may have; the head's may be that of the classifier. */
  private shapesOf(name: string): string[] {
    const shape = torchShape(this.backbone.parameters[`${name}.kernel`] ?? []);
    return [shape.join(), ...(name === 'head' ? [[this.classes, ...shape.slice(1)].join()] : [])];
  }

  /** Adds what a later input or node has for a layer. */
  extend(name: string, part: Partial<GraphLayer>): void {
    const layer = this.layers.get(name);
    if (layer !== undefined) this.layers.set(name, { ...layer, ...part });
  }

  /** Whether an expression is a layer whose batch normalisation is still to come. */
  awaitsNorm(name: string): boolean {
    const layer = this.layers.get(name);
    return layer !== undefined && layer.norm === undefined && this.hasParameter(`${name}.scale`);
  }

  /** Whether the layer has one kernel per channel, as its shape (height, width, channels, 1) says. */
  isDepthwise(name: string): boolean {
    return this.backbone.parameters[`${name}.kernel`]?.[3] === 1;
  }

  private hasParameter(name: string): boolean {
    return Object.hasOwn(this.backbone.parameters, name);
  }

  /** The parameters, when all nodes have been read. */
  finish(outputs: readonly string[]): {
    readonly tensors: TorchTensors;
    readonly folded: readonly string[];
    readonly ignored: string[];
  } {
    const { layers, backbone, refuse } = this;
    const missing = this.sketch.layers().filter((name) => name !== 'head' && !layers.has(name));
    if (missing.length > 0) refuse(`the graph lacks layers of ${backbone.name}: ${listed(missing)}`);
    const embedding = layers.has('head') ? 'head' : this.sketch.places.get('head')?.input;
    if (!outputs.some((name) => this.values.get(name) === embedding)) {
      refuse(`the output of the graph is not the embedding of ${backbone.name}`);
    }
    const extra = [...this.unused].map(({ name }) => name);
    if (extra.length > 0) refuse(`${backbone.name} has no place for ${listed(extra)}`);
    const head = layers.get('head');
    const classifier = head !== undefined && head.weight.array.shape[0] !== backbone.dimension;
    if (classifier) layers.delete('head');
    const ignored = classifier ? [head.weight, head.bias].flatMap((tensor) => tensor?.source ?? []) : [];
    const { tensors, folded } = layerParameters(layers, backbone);
    for (const [name, { source, array }] of Object.entries(tensors)) {
      const expected = torchShape(backbone.parameters[name] ?? []);
      if (array.shape.join() !== expected.join()) refuse(`"${source}" is [${array.shape}] instead of [${expected}]`);
    }
    return { tensors, folded, ignored };
  }
}

/** The parameters of a backbone in the graph of an ONNX file. */
export function readGraph(
  graph: FileGraph,
  backbone: Backbone,
  network: TorchNetwork,
  beside: ReadBeside,
  refuse: Refuse,
): ReturnType<GraphReader['finish']> {
  const reader = new GraphReader(graph, backbone, network, beside, refuse);
  for (const node of graph.nodes) {
    const operation = node.domain === '' || node.domain === 'ai.onnx' ? operations[node.op] : undefined;
    if (operation === undefined) refuse(`${backbone.name} has no place for ${titleOf(node)}`);
    else operation(node, reader);
  }
  return reader.finish(graph.outputs);
}
