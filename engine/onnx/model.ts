import { MessageWriter } from './protobuf.ts';

/** Element types by their number in onnx.proto. */
export const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: OnnxGraph };

/** The operator sets that graphs draw on: the standard one, and ONNX Runtime's operators on blocked images. */
const DOMAINS = { '': 20, 'com.microsoft.nchwc': 1 } as const;
export type Domain = keyof typeof DOMAINS;

/** One operator. An absent optional input is the empty text. */
export interface OnnxNode {
  /** The standard operators by default. */
  readonly domain?: Domain;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers, lists of integers and texts as they are; floating-point numbers and graphs wrapped. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Row-major little-endian elements. */
  readonly data: Uint8Array;
  /** Where the elements are instead of in the ONNX file. */
  readonly external?: ExternalData;
}

/** A stretch of another file in the folder of an ONNX file. */
export interface ExternalData {
  readonly file: string;
  /** In bytes from its beginning. */
  readonly offset: number;
}

/** The declaration of a graph's input or output; a text in the shape is a symbolic size. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  /** In the order of execution. */
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

const IR_VERSION = 10;

/** Serialises a graph as an ONNX file (onnx.proto, version 1.16). */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const message = new MessageWriter().integer(1, IR_VERSION).bytes(2, 'holdfast').message(7, encodeGraph(graph));
  for (const domain of domainsOf(graph)) {
    message.message(8, new MessageWriter().bytes(1, domain).integer(2, DOMAINS[domain]));
  }
  return message.finish();
}

/** The operator sets that a graph and the graphs inside it need; the standard one always. */
function domainsOf(graph: OnnxGraph, found = new Set<Domain>([''])): Set<Domain> {
  for (const { domain = '', attributes } of graph.nodes) {
    found.add(domain);
    for (const value of Object.values(attributes)) {
      if (typeof value === 'object' && 'graph' in value) domainsOf(value.graph, found);
    }
  }
  return found;
}

function encodeGraph(graph: OnnxGraph): MessageWriter {
  const body = new MessageWriter();
  for (const node of graph.nodes) body.message(1, encodeNode(node));
  body.bytes(2, graph.name);
  for (const constant of graph.constants) body.message(5, encodeTensor(constant));
  for (const input of graph.inputs) body.message(11, encodeValue(input));
  for (const output of graph.outputs) body.message(12, encodeValue(output));
  return body;
}

function encodeNode(node: OnnxNode): MessageWriter {
  const message = new MessageWriter();
  for (const input of node.inputs) message.bytes(1, input);
  for (const output of node.outputs) message.bytes(2, output);
  message.bytes(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) message.message(5, encodeAttribute(name, value));
  if (node.domain !== undefined) message.bytes(7, node.domain);
  return message;
}

function encodeAttribute(name: string, value: Attribute): MessageWriter {
  const message = new MessageWriter().bytes(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return message.bytes(4, value).integer(20, 3);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  if ('graph' in value) return message.message(6, encodeGraph(value.graph)).integer(20, 5);
  for (const item of value) message.integer(8, item);
  return message.integer(20, 7);
}

function encodeTensor({ name, type, shape, data, external }: OnnxTensor): MessageWriter {
  const message = new MessageWriter();
  for (const size of shape) message.integer(1, size);
  message.integer(2, ELEMENT_TYPES[type]).bytes(8, name);
  if (external === undefined) return message.bytes(9, data);
  const places = { location: external.file, offset: external.offset, length: data.length };
  for (const [key, value] of Object.entries(places)) {
    message.message(13, new MessageWriter().bytes(1, key).bytes(2, String(value)));
  }
  return message.integer(14, 1);
}

function encodeValue(value: OnnxValue): MessageWriter {
  const shape = new MessageWriter();
  for (const size of value.shape) {
    shape.message(
      1,
      typeof size === 'string' ? new MessageWriter().bytes(2, size) : new MessageWriter().integer(1, size),
    );
  }
  const tensor = new MessageWriter().integer(1, ELEMENT_TYPES[value.type]).message(2, shape);
  return new MessageWriter().bytes(1, value.name).message(2, new MessageWriter().message(1, tensor));
}
