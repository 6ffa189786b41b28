import { inflateSync } from 'node:zlib';
import { HoldfastError } from '../../base/errors.ts';
import { MAT, type MatReader, matReader, numbersOf, textOf } from './mat-elements.ts';

/** A variable of a MAT-file. Arrays lie column after column. */
export type MatValue =
  | { readonly kind: 'numeric'; readonly shape: readonly number[]; readonly data: readonly number[] }
  | { readonly kind: 'char'; readonly text: string }
  | { readonly kind: 'cell'; readonly shape: readonly number[]; readonly cells: readonly MatValue[] }
  | {
      readonly kind: 'struct';
      readonly shape: readonly number[];
      readonly elements: readonly Readonly<Record<string, MatValue>>[];
    };

const HEADER = 128;
/** No annotation file of a data set is longer when it is unpacked. */
const MAX_BYTES = 256e6;
const CLASS = { cell: 1, struct: 2, char: 4, double: 6, uint32: 13 } as const;
const COMPLEX = 0x800;

/**
 * Reads the variables of a MAT-file of version 5 in little-endian order: real numbers, texts of one line, cell arrays and arrays of
 * structures, deflated or not. @param source named in errors.
 * @throws HoldfastError DATA_DAMAGED for everything else
 */
export function readMat(file: Uint8Array, source: string): Readonly<Record<string, MatValue>> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${source}: ${reason}`);
  if (bytes.length < HEADER || bytes.toString('latin1', 126, 128) !== 'IM' || bytes.readUInt16LE(124) !== 0x0100) {
    throw refuse('not a little-endian MAT-file of version 5');
  }
  const reader = matReader(bytes.subarray(HEADER), source);
  const variables: [string, MatValue][] = [];
  while (!reader.atEnd) {
    const element = reader.next();
    const plain = element.type === MAT.compressed ? matReader(inflate(element.data, source), source).next() : element;
    if (plain.type !== MAT.matrix) throw refuse(`a variable of type ${plain.type}`);
    variables.push(matrix(plain.data, source));
  }
  return Object.fromEntries(variables);
}

function inflate(data: Buffer, source: string): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    throw new HoldfastError('DATA_DAMAGED', `${source}: a variable cannot be inflated: ${String(cause)}`, { cause });
  }
}

/** Name and value of a matrix element. */
function matrix(data: Buffer, source: string): [string, MatValue] {
  // MATLAB writes an empty array as an element without content.
  if (data.length === 0) return ['', { kind: 'numeric', shape: [0, 0], data: [] }];
  const reader = matReader(data, source);
  const refuse = (reason: string) => new HoldfastError('DATA_DAMAGED', `${source}: ${reason}`);
  const [flags = 0] = numbersOf(reader.next(MAT.uint32)) ?? [];
  const shape = numbersOf(reader.next(MAT.int32)) ?? [];
  const name = textOf(reader.next(MAT.int8)) ?? '';
  const count = shape.reduce((a, b) => a * b, 1);
  const kind = flags & 0xff;
  if ((flags & COMPLEX) !== 0) throw refuse(`"${name}" is complex`);
  if (shape.length < 2 || shape.some((side) => side < 0)) throw refuse(`"${name}" has the shape [${shape}]`);
  if (kind === CLASS.char) return [name, { kind: 'char', text: oneLine(reader, shape, count, refuse) }];
  if (kind === CLASS.cell) return [name, { kind: 'cell', shape, cells: values(reader, count, source) }];
  if (kind === CLASS.struct) return [name, { kind: 'struct', shape, elements: structures(reader, count, source) }];
  if (kind < CLASS.double || kind > CLASS.uint32) throw refuse(`"${name}" is of class ${kind}`);
  const numbers = numbersOf(reader.next());
  if (numbers?.length !== count) throw refuse(`"${name}" has not the ${count} numbers of its shape`);
  return [name, { kind: 'numeric', shape, data: numbers }];
}

function oneLine(
  reader: MatReader,
  shape: readonly number[],
  count: number,
  refuse: (reason: string) => HoldfastError,
): string {
  if (count === 0) return '';
  const text = textOf(reader.next());
  if (text === undefined || shape[0] !== 1) throw refuse(`a text of the shape [${shape}]`);
  return text;
}

function values(reader: MatReader, count: number, source: string): MatValue[] {
  const result: MatValue[] = [];
  for (let i = 0; i < count; i++) result.push(matrix(reader.next(MAT.matrix).data, source)[1]);
  return result;
}

/** The names of the fields, each filled up with zeros to the same length, and then the values of one structure after the other. */
function structures(reader: MatReader, count: number, source: string): Record<string, MatValue>[] {
  const [length = 0] = numbersOf(reader.next(MAT.int32)) ?? [];
  const list = reader.next(MAT.int8).data;
  if (length < 1 || list.length % length !== 0) throw new HoldfastError('DATA_DAMAGED', `${source}: names of fields`);
  const names = Array.from({ length: list.length / length }, (_, i) =>
    list.toString('latin1', i * length, (i + 1) * length).replace(/\0.*$/s, ''),
  );
  const result: Record<string, MatValue>[] = [];
  for (let i = 0; i < count; i++) {
    const fields = values(reader, names.length, source);
    result.push(Object.fromEntries(names.map((name, at) => [name, fields[at] as MatValue])));
  }
  return result;
}
