import { type Field, integersOf, readMessage } from './message-reader.ts';

/** A tensor in an ONNX file. Its elements are raw little-endian bytes, or lists of one type, or lie in another file. */
export interface FileTensor {
  readonly name: string;
  /** The number of the element type in onnx.proto: 1 is float32, 7 is int64, 10 float16, 11 float64, 16 bfloat16. */
  readonly type: number;
  readonly shape: readonly number[];
  readonly raw?: Uint8Array;
  /** Packed elements of `float_data` (4 bytes each), `double_data` (8), or integers of `int32_data`. */
  readonly floats?: Uint8Array;
  readonly doubles?: Uint8Array;
  readonly integers?: readonly number[];
  /** `location`, `offset` and `length` of elements in another file, as texts. */
  readonly external?: Readonly<Record<string, string>>;
}

export type FileAttribute = number | string | readonly number[] | FileTensor | undefined;

/** A node of an ONNX file. An absent optional input is the empty text. */
export interface FileNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, FileAttribute>>;
}

/** The main graph of an ONNX file. Types of values, documentation and graphs in attributes are left out. */
export interface FileGraph {
  readonly nodes: readonly FileNode[];
  readonly constants: readonly FileTensor[];
  /** Names; older files list the constants among them. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Reads the graph of an ONNX file (onnx.proto, version 1.16): the inverse of `encodeModel` for what files of other programs
 * hold. Bytes of tensors are views of `file`.
 * @throws RangeError for bytes that are no such file.
 */
export function decodeModel(file: Uint8Array): FileGraph {
  const graph = messages(file, 7);
  if (graph.length !== 1) throw new RangeError('no ONNX file: it has no graph');
  const [body] = graph as [Uint8Array];
  if (messages(body, 15).length > 0) throw new RangeError('sparse constants are not read');
  return {
    nodes: messages(body, 1).map(decodeNode),
    constants: messages(body, 5).map(decodeTensor),
    inputs: messages(body, 11).map((value) => texts(value, 1).join()),
    outputs: messages(body, 12).map((value) => texts(value, 1).join()),
  };
}

function decodeNode(bytes: Uint8Array): FileNode {
  return {
    name: texts(bytes, 3).join(),
    op: texts(bytes, 4).join(),
    domain: texts(bytes, 7).join(),
    inputs: texts(bytes, 1),
    outputs: texts(bytes, 2),
    attributes: Object.fromEntries(
      messages(bytes, 5).map((attribute) => [texts(attribute, 1).join(), attributeOf(attribute)]),
    ),
  };
}

function attributeOf(bytes: Uint8Array): FileAttribute {
  const fields = [...readMessage(bytes)];
  const integers = fields.filter(({ number }) => number === 8).flatMap(integersOf);
  const type = fields.find(({ number }) => number === 20)?.value;
  if (type === 7n) return integers;
  for (const field of fields) {
    if (field.number === 2 && field.wire === 'fixed32') return floatOf(field);
    if (field.number === 3 && typeof field.value === 'bigint') return Number(field.value);
    if (field.number === 4) return textOf(field);
    if (field.number === 5) return decodeTensor(bytesOf(field));
  }
  return integers.length > 0 ? integers : defaultOf(type);
}

/** A field with the value of its type that writes nothing is left out of the file. */
function defaultOf(type: Field['value'] | undefined): FileAttribute {
  if (type === 1n || type === 2n) return 0;
  return type === 3n ? '' : undefined;
}

function decodeTensor(bytes: Uint8Array): FileTensor {
  const fields = [...readMessage(bytes)];
  const of = (number: number): Field[] => fields.filter((field) => field.number === number);
  const raw = of(9).at(-1);
  const floats = joined(of(4));
  const doubles = joined(of(10));
  const integers = of(5).flatMap(integersOf);
  const places = of(13).map(bytesOf);
  return {
    name: of(8).map(textOf).join(),
    type: Number(of(2).at(-1)?.value ?? 0),
    shape: of(1).flatMap(integersOf),
    ...(raw === undefined ? {} : { raw: bytesOf(raw) }),
    ...(floats === undefined ? {} : { floats }),
    ...(doubles === undefined ? {} : { doubles }),
    ...(integers.length === 0 ? {} : { integers }),
    ...(of(14).at(-1)?.value !== 1n
      ? {}
      : { external: Object.fromEntries(places.map((place) => [texts(place, 1).join(), texts(place, 2).join()])) }),
  };
}

function messages(bytes: Uint8Array, number: number): Uint8Array[] {
  return [...readMessage(bytes)].filter((field) => field.number === number).map(bytesOf);
}

function texts(bytes: Uint8Array, number: number): string[] {
  return [...readMessage(bytes)].filter((field) => field.number === number).map(textOf);
}

function bytesOf({ number, value }: Field): Uint8Array {
  if (typeof value === 'bigint') throw new RangeError(`field ${number} is a number instead of bytes`);
  return value;
}

function textOf(field: Field): string {
  return Buffer.from(bytesOf(field)).toString('utf8');
}

function floatOf({ value }: Field): number {
  const bits = Buffer.alloc(4);
  bits.writeUInt32LE(Number(value));
  return bits.readFloatLE();
}

/** The bytes of a list of floating-point numbers, packed or one by one. */
function joined(fields: readonly Field[]): Uint8Array | undefined {
  if (fields.length === 0) return undefined;
  const parts = fields.map(({ value, wire }) => {
    if (typeof value !== 'bigint') return value;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    return bytes.subarray(0, wire === 'fixed32' ? 4 : 8);
  });
  return Buffer.concat(parts);
}
