import type { FileAttribute, FileNode, FileTensor } from '../../engine/onnx/decode.ts';
import type { NdArray } from '../../engine/types.ts';
import type { GraphReader } from './graph.ts';
import { add, maxPool, mean, relu } from './sketch.ts';

type Operation = (node: FileNode, reader: GraphReader) => void;

/** A node for people: its kind and its name. */
export function titleOf({ op, name, outputs }: FileNode): string {
  return `${op} "${name || outputs.join()}"`;
}

function integers({ attributes }: FileNode, name: string, otherwise: readonly number[]): readonly number[] {
  const value = attributes[name];
  return Array.isArray(value) ? value : otherwise;
}

function number({ attributes }: FileNode, name: string, otherwise: number): number {
  const value = attributes[name];
  return typeof value === 'number' ? value : otherwise;
}

/** The one value of a list, such as the stride of both directions. */
function single(node: FileNode, name: string, otherwise: readonly number[], { refuse }: GraphReader): number {
  const values = integers(node, name, otherwise);
  if (new Set(values).size !== 1) refuse(`${titleOf(node)} has ${name} [${values}]`);
  return values[0] ?? 0;
}

function demand(
  node: FileNode,
  name: string,
  actual: FileAttribute,
  expected: FileAttribute,
  reader: GraphReader,
): void {
  if (actual !== expected) reader.refuse(`${titleOf(node)} has ${name} ${actual} instead of ${expected}`);
}

function give(node: FileNode, reader: GraphReader, expression: string): void {
  reader.values.set(node.outputs[0] ?? '', expression);
}

/** What is computed on the way to the shapes of others: no use of it as images is recognised. */
const aside: Operation = (node, reader) => {
  give(node, reader, `${node.op} of ${node.inputs.join(', ')}`);
};

/** Changes the shape or the type, but neither the numbers nor their order. */
const through: Operation = (node, reader) => give(node, reader, reader.expression(node, 0));

function window(node: FileNode, reader: GraphReader): { readonly stride: number; readonly pad: number } {
  const { auto_pad: auto = 'NOTSET' } = node.attributes;
  if (auto !== 'VALID') demand(node, 'auto_pad', auto, 'NOTSET', reader);
  demand(node, 'dilations', single(node, 'dilations', [1], reader), 1, reader);
  return { stride: single(node, 'strides', [1], reader), pad: single(node, 'pads', [0], reader) };
}

const convolution: Operation = (node, reader) => {
  const { stride, pad } = window(node, reader);
  const weight = reader.take(node, 1);
  const name = reader.place(node, reader.expression(node, 0), weight, stride, pad);
  const [channels = 1] = weight.array.shape;
  const depthwise = reader.isDepthwise(name);
  demand(node, 'group', number(node, 'group', 1), depthwise ? channels : 1, reader);
  takeBias(node, name, reader);
  give(node, reader, name);
};

/** One zero is no bias: an exporter writes it, spread by nodes. */
function takeBias(node: FileNode, name: string, reader: GraphReader): void {
  if (!node.inputs[2]) return;
  const bias = reader.take(node, 2);
  const none = bias.array.data.length === 1 && bias.array.data[0] === 0;
  if (!none) reader.extend(name, { bias });
}

const gemm: Operation = (node, reader) => {
  for (const factor of ['alpha', 'beta']) demand(node, factor, number(node, factor, 1), 1, reader);
  demand(node, 'transA', number(node, 'transA', 0), 0, reader);
  const weight = reader.take(node, 1);
  const array = number(node, 'transB', 0) === 1 ? weight.array : transposed(weight.array);
  const name = reader.place(node, reader.expression(node, 0), { ...weight, array });
  takeBias(node, name, reader);
  give(node, reader, name);
};

/** A matrix without its bias, which is added by the node after it. */
const matMul: Operation = (node, reader) => {
  const weight = reader.take(node, 1);
  give(node, reader, reader.place(node, reader.expression(node, 0), { ...weight, array: transposed(weight.array) }));
};

const addition: Operation = (node, reader) => {
  const bias = node.inputs.findIndex((name) => reader.constant(name) !== undefined);
  if (bias < 0) {
    give(node, reader, add(reader.expression(node, 0), reader.expression(node, 1)));
    return;
  }
  const name = reader.expression(node, 1 - bias);
  const layer = reader.layers.get(name);
  if (
    layer === undefined ||
    layer.bias !== undefined ||
    layer.norm !== undefined ||
    layer.weight.array.shape.length !== 2
  ) {
    reader.refuse(`${titleOf(node)} adds constants where ${name} has none`);
  }
  reader.extend(name, { bias: reader.take(node, bias) });
  give(node, reader, name);
};

const batchNormalization: Operation = (node, reader) => {
  const name = reader.expression(node, 0);
  if (!reader.awaitsNorm(name)) reader.refuse(`${titleOf(node)} stands where the network has none`);
  reader.extend(name, {
    norm: {
      scale: reader.take(node, 1),
      shift: reader.take(node, 2),
      mean: reader.take(node, 3),
      variance: reader.take(node, 4),
      epsilon: number(node, 'epsilon', 1e-5),
    },
  });
  give(node, reader, name);
};

const maxPooling: Operation = (node, reader) => {
  const { stride, pad } = window(node, reader);
  demand(node, 'ceil_mode', number(node, 'ceil_mode', 0), 0, reader);
  give(node, reader, maxPool(reader.expression(node, 0), single(node, 'kernel_shape', [], reader), stride, pad));
};

const constantNode: Operation = (node, reader) => {
  const { value } = node.attributes;
  if (isTensor(value)) reader.addConstant(node.outputs[0] ?? '', value);
  else give(node, reader, 'a constant');
};

/** Of a constant the same constant, else what another operation says. */
const constantOr =
  (otherwise: Operation): Operation =>
  (node, reader) => {
    const constant = reader.constant(node.inputs[0]);
    if (constant === undefined) otherwise(node, reader);
    else reader.addConstant(node.outputs[0] ?? '', constant);
  };

/** What the exporters of PyTorch write for the networks; any other node is refused. */
export const operations: Readonly<Record<string, Operation | undefined>> = {
  Conv: convolution,
  BatchNormalization: batchNormalization,
  Gemm: gemm,
  MatMul: matMul,
  Add: addition,
  Relu: (node, reader) => give(node, reader, relu(reader.expression(node, 0))),
  MaxPool: maxPooling,
  GlobalAveragePool: (node, reader) => give(node, reader, mean(reader.expression(node, 0))),
  ReduceMean: (node, reader) => give(node, reader, mean(reader.expression(node, 0))),
  Constant: constantNode,
  Identity: constantOr(through),
  CastLike: constantOr(through),
  Expand: constantOr(aside),
  Dropout: through,
  Flatten: through,
  Reshape: constantOr(through),
  Squeeze: through,
  Cast: constantOr(through),
  Shape: aside,
  Gather: aside,
  Unsqueeze: aside,
  Concat: aside,
  Slice: aside,
};

function isTensor(value: FileAttribute): value is FileTensor {
  return typeof value === 'object' && 'shape' in value;
}

/** (in, out) as (out, in). */
function transposed({ shape, data }: NdArray): NdArray {
  const [rows = 0, columns = 0] = shape;
  const values = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number);
  return { shape: [columns, rows], data: values };
}
