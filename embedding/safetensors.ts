import { HoldfastError } from '../base/errors.ts';
import { sizeOf } from '../engine/arrays.ts';
import type { NdArray } from '../engine/types.ts';

/** The largest header that is believed, as in the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const DTYPES = { F32: Float32Array, I32: Int32Array } as const;

/** What a safetensors file holds: arrays by name, in the order of their bytes, and texts by name. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, NdArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Writes arrays in the safetensors format (8 bytes of header length, a JSON header, the data). */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata };
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const dtype = data instanceof Int32Array ? 'I32' : 'F32';
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  // Spaces up to a multiple of eight bytes, so that the data are aligned.
  const text = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const parts = Object.values(tensors).map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, text, ...parts]);
}

/** Where each tensor begins in a file that `encodeSafetensors` has written, in bytes. */
export function tensorOffsets(file: Uint8Array): ReadonlyMap<string, number> {
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const dataStart = 8 + Number(buffer.readBigUInt64LE(0));
  const { __metadata__: _, ...entries } = JSON.parse(buffer.toString('utf8', 8, dataStart)) as Record<string, Entry>;
  return new Map(Object.entries(entries).map(([name, { data_offsets }]) => [name, dataStart + data_offsets[0]]));
}

/**
 * Reads a safetensors file of this program. @param source named in errors. @throws HoldfastError MODEL_DAMAGED
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): TensorFile {
  const refuse = (reason: string): never => {
    throw new HoldfastError('MODEL_DAMAGED', `${source}: ${reason}`);
  };
  const { entries, metadata } = readSafetensors(bytes, { F32: 4, I32: 4 }, refuse);
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data }]): [string, NdArray] => {
    const copy = Uint8Array.from(data);
    return [name, { shape, data: new DTYPES[dtype](copy.buffer) }];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** A tensor of a safetensors file as it lies there: little-endian elements, a view of the file. */
export interface RawTensor<Dtype extends string> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * The tensors of any safetensors file, in the order of the header. No number of the header is believed before it is checked
 * against the bytes that are there.
 * @param sizes bytes of an element for the element types that are allowed
 * @param refuse throws for what is wrong
 */
export function readSafetensors<Dtype extends string>(
  bytes: Uint8Array,
  sizes: Readonly<Record<Dtype, number>>,
  refuse: (reason: string) => never,
): { readonly entries: Readonly<Record<string, RawTensor<Dtype>>>; readonly metadata: TensorFile['metadata'] } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8) return refuse('shorter than its header');
  const headerLength = buffer.readBigUInt64LE(0);
  if (headerLength > BigInt(Math.min(MAX_HEADER_BYTES, buffer.length - 8)))
    return refuse('the header is longer than the file');
  const dataStart = 8 + Number(headerLength);
  const header = parseHeader(buffer.subarray(8, dataStart).toString('utf8'), refuse);
  const data = buffer.subarray(dataStart);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTextRecord(metadata)) return refuse('the metadata are not texts');
  const spans: [number, number][] = [];
  const found: [string, RawTensor<Dtype>][] = [];
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry, sizes)) return refuse(`the entry of "${name}" is malformed`);
    const [start, end] = entry.data_offsets;
    if (start > end || end > data.length) return refuse(`"${name}" lies outside the file`);
    if (sizeOf(entry.shape) * sizes[entry.dtype] !== end - start)
      return refuse(`"${name}" has ${end - start} bytes for shape [${entry.shape}]`);
    spans.push([start, end]);
    found.push([name, { dtype: entry.dtype, shape: entry.shape, data: data.subarray(start, end) }]);
  }
  if (!coversOnce(spans, data.length)) return refuse('the tensors overlap or leave gaps');
  return { entries: Object.fromEntries(found), metadata };
}

interface Entry<Dtype extends string = string> {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function parseHeader(text: string, refuse: (reason: string) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return { ...header };
  } catch {
    return refuse('the header is not JSON');
  }
  return refuse('the header is not an object');
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

function isEntry<Dtype extends string>(value: unknown, sizes: Readonly<Record<Dtype, number>>): value is Entry<Dtype> {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<Record<keyof Entry, unknown>>;
  return (
    typeof dtype === 'string' &&
    Object.hasOwn(sizes, dtype) &&
    Array.isArray(shape) &&
    shape.every(isCount) &&
    Array.isArray(offsets) &&
    offsets.length === 2 &&
    offsets.every(isCount)
  );
}

/** Whether the spans, in some order, follow each other without gap from 0 to the end. */
function coversOnce(spans: readonly (readonly [number, number])[], length: number): boolean {
  let reached = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (start !== reached) return false;
    reached = end;
  }
  return reached === length;
}
